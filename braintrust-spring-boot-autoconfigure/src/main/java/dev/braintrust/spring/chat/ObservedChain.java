package dev.braintrust.spring.chat;

import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.client.advisor.api.BaseAdvisorChain;

/**
 * The chain of advisors as the request enters it. Its advisors do not see it, they see
 * the chain behind it. What comes out of the chain is what the application gets, or reads
 * an entity from.
 */
final class ObservedChain extends DelegatingProxy<BaseAdvisorChain> {

	private final AgentRequest request;

	private ObservedChain(BaseAdvisorChain chain, AgentRequest request) {
		super(chain);
		this.request = request;
	}

	static BaseAdvisorChain of(BaseAdvisorChain chain, AgentRequest request) {
		return create(BaseAdvisorChain.class, new ObservedChain(chain, request));
	}

	@Override
	@SuppressWarnings("unchecked")
	@Nullable Object intercept(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
		Object result = proceed(method, arguments);
		return switch (method.getName()) {
			case "nextCall" -> returned(result);
			case "nextStream" -> (result != null) ? trace((Flux<ChatClientResponse>) result) : null;
			case "mutate" -> (result instanceof BaseAdvisorChain.Builder<?> builder)
					? create(BaseAdvisorChain.Builder.class, new Builder(builder, this.request)) : result;
			default -> result;
		};
	}

	private @Nullable Object returned(@Nullable Object response) {
		AgentRun run = this.request.runs().current();
		if (run != null && response instanceof ChatClientResponse known) {
			run.returned(known);
		}
		return response;
	}

	private Flux<ChatClientResponse> trace(Flux<ChatClientResponse> responses) {
		return AgentStream.of(responses, this.request);
	}

	/**
	 * A builder of chains that are observed like the one it was made from.
	 */
	@SuppressWarnings("rawtypes")
	private static final class Builder extends DelegatingProxy<BaseAdvisorChain.Builder> {

		private final AgentRequest request;

		Builder(BaseAdvisorChain.Builder<?> builder, AgentRequest request) {
			super(builder);
			this.request = request;
		}

		@Override
		@Nullable Object intercept(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
			Object result = proceed(method, arguments);
			if (result == delegate()) {
				return proxy;
			}
			return (result instanceof BaseAdvisorChain chain) ? of(chain, this.request) : result;
		}

	}

}
