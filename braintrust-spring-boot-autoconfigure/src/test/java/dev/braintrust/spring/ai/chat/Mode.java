package dev.braintrust.spring.ai.chat;

import java.util.stream.Collectors;

import org.springframework.ai.chat.client.ChatClient.ChatClientRequestSpec;

/**
 * Whether an application uses calls or streams.
 */
enum Mode {

	CALL {

		@Override
		String ask(ChatClientRequestSpec request) {
			return request.call().content();
		}

	},

	STREAM {

		@Override
		String ask(ChatClientRequestSpec request) {
			return request.stream().content().collect(Collectors.joining()).block();
		}

	};

	abstract String ask(ChatClientRequestSpec request);

}
