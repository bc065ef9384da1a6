package dev.braintrust.spring.specification;

import org.springframework.ai.chat.client.ChatClient.ChatClientRequestSpec;

/**
 * The two ways to call a model.
 */
enum Way {

	CALL {

		@Override
		void send(ChatClientRequestSpec request) {
			request.call().chatResponse();
		}

	},

	STREAM {

		@Override
		void send(ChatClientRequestSpec request) {
			request.stream().chatResponse().blockLast();
		}

	};

	/**
	 * Send a request, and wait for the end of its answer.
	 */
	abstract void send(ChatClientRequestSpec request);

}
