package dev.braintrust.spring.ai.chat;

import org.aopalliance.intercept.MethodInterceptor;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.aop.framework.ProxyFactory;

/**
 * A client of the application's own class, which writes its calls to the transcript.
 *
 * @param delegate the wrapped client
 * @param transcript the transcript
 */
record TwinClient(ChatClient delegate, Transcript transcript) implements ChatClient {

	/**
	 * The same as a Spring proxy, like an aspect of the application.
	 */
	static ChatClient proxy(ChatClient client, Transcript transcript) {
		ProxyFactory proxies = new ProxyFactory(client);
		proxies.addAdvice((MethodInterceptor) (invocation) -> {
			transcript.note("aspect counts " + invocation.getMethod().getName());
			return invocation.proceed();
		});
		return (ChatClient) proxies.getProxy();
	}

	@Override
	public ChatClientRequestSpec prompt() {
		this.transcript.note("client is asked");
		return this.delegate.prompt();
	}

	@Override
	public ChatClientRequestSpec prompt(String content) {
		this.transcript.note("client is asked", content);
		return this.delegate.prompt(content);
	}

	@Override
	public ChatClientRequestSpec prompt(Prompt prompt) {
		this.transcript.note("client is asked", prompt);
		return this.delegate.prompt(prompt);
	}

	@Override
	public Builder mutate() {
		this.transcript.note("client is mutated");
		return this.delegate.mutate();
	}

}
