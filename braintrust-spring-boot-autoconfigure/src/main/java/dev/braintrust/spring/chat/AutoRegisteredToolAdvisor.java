package dev.braintrust.spring.chat;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.ChatClientAttributes;
import org.springframework.ai.chat.client.DefaultChatClient.DefaultChatClientRequestSpec;
import org.springframework.ai.chat.client.advisor.ToolCallingAdvisor;
import org.springframework.ai.chat.client.advisor.api.Advisor;
import org.springframework.ai.chat.client.advisor.api.MemoryAdvisor;
import org.springframework.ai.chat.client.advisor.api.ToolAdvisor;
import org.springframework.core.Ordered;

/**
 * The advisor that a client registers by itself to run the tool loop. The client makes it
 * of settings that it does not show; so it is asked to, once, for a request that is never
 * sent. There are two of it: one keeps the history of the loop, the other leaves that to
 * a memory advisor that comes after it.
 */
final class AutoRegisteredToolAdvisor {

	private final ChatClient client;

	private volatile @Nullable ToolAdvisor withHistory;

	private volatile @Nullable ToolAdvisor withoutHistory;

	AutoRegisteredToolAdvisor(ChatClient client) {
		this.client = client;
	}

	/**
	 * The advisor that the client would register for a request.
	 * @param request the request
	 * @return the advisor, or {@code null} where it would register none
	 */
	@Nullable ToolAdvisor forRequest(DefaultChatClientRequestSpec request) {
		Object autoRegister = request.getAdvisorParams()
			.get(ChatClientAttributes.TOOL_CALLING_ADVISOR_AUTO_REGISTER.getKey());
		if (Boolean.FALSE.equals(autoRegister)) {
			return null;
		}
		ToolAdvisor advisor = this.withHistory;
		if (advisor == null) {
			advisor = ask(List.of());
			this.withHistory = stateless(advisor);
		}
		return (advisor != null && isFollowedByMemory(advisor, request.getAdvisors())) ? withoutHistory() : advisor;
	}

	private @Nullable ToolAdvisor withoutHistory() {
		ToolAdvisor advisor = this.withoutHistory;
		if (advisor == null) {
			advisor = ask(List.of(new LastMemoryAdvisor()));
			this.withoutHistory = stateless(advisor);
		}
		return advisor;
	}

	private static @Nullable ToolAdvisor stateless(@Nullable ToolAdvisor advisor) {
		return (advisor != null && advisor.getClass() == ToolCallingAdvisor.class) ? advisor : null;
	}

	private static boolean isFollowedByMemory(ToolAdvisor advisor, List<Advisor> advisors) {
		return advisors.stream()
			.anyMatch((other) -> other instanceof MemoryAdvisor && other.getOrder() > advisor.getOrder());
	}

	private @Nullable ToolAdvisor ask(List<Advisor> advisors) {
		if (!(this.client.prompt() instanceof DefaultChatClientRequestSpec request)) {
			return null;
		}
		// What has effects or may fail while a request is built is taken out.
		request.getAdvisors().clear();
		request.getAdvisorParams().clear();
		request.getToolCallbacks().clear();
		request.getToolCallbackProviders().clear();
		request.getSystemParams().clear();
		request.getUserParams().clear();
		request.getAdvisors().addAll(advisors);
		try {
			request.call();
		}
		catch (RuntimeException ex) {
			// Whatever is wrong with the client, its own requests will tell.
			return null;
		}
		return request.getAdvisors()
			.stream()
			.filter(ToolAdvisor.class::isInstance)
			.map(ToolAdvisor.class::cast)
			.findFirst()
			.orElse(null);
	}

	/**
	 * A memory advisor that comes after all others.
	 */
	private static final class LastMemoryAdvisor implements MemoryAdvisor {

		@Override
		public String getName() {
			return "last memory";
		}

		@Override
		public int getOrder() {
			return Ordered.LOWEST_PRECEDENCE;
		}

	}

}
