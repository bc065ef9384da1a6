package dev.braintrust.spring.chat;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/**
 * The proxies of this package, for native images.
 */
class ChatRuntimeHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		hints.proxies()
			.registerJdkProxy(ChatClient.ChatClientRequestSpec.class)
			.registerJdkProxy(ChatClient.CallResponseSpec.class)
			.registerJdkProxy(ChatClient.Builder.class);
	}

}
