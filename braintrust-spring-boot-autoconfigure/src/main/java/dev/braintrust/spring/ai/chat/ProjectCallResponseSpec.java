package dev.braintrust.spring.ai.chat;

import java.util.function.Consumer;
import java.util.function.Supplier;

import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.client.ChatClient.EntityParamSpec;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.client.DefaultChatClient.DefaultCallResponseSpec;
import org.springframework.ai.chat.client.ResponseEntity;
import org.springframework.ai.chat.client.advisor.api.BaseAdvisorChain;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.converter.StructuredOutputConverter;
import org.springframework.core.ParameterizedTypeReference;

/**
 * The call of a request. Each of its methods makes the call and is a run. A method that a
 * later Spring AI adds makes its call without a task span.
 */
final class ProjectCallResponseSpec extends DefaultCallResponseSpec {

	private final DefaultCallResponseSpec delegate;

	private final AgentRequest request;

	private ProjectCallResponseSpec(AgentRequest request, BaseAdvisorChain chain, ProjectRequestSpec specification) {
		super(request.sent(), chain, ClientState.observationRegistry(specification),
				ClientState.clientConvention(specification));
		this.delegate = new DefaultCallResponseSpec(request.sent(), chain,
				ClientState.observationRegistry(specification), ClientState.clientConvention(specification));
		this.request = request;
	}

	static ProjectCallResponseSpec trace(DefaultCallResponseSpec call, ProjectRequestSpec specification,
			AgentRuns runs) {
		AgentRequest request = new AgentRequest(runs, ClientState.request(call));
		return new ProjectCallResponseSpec(request, ObservedChain.of(ClientState.chain(call), request), specification);
	}

	private <T extends @Nullable Object> T trace(Supplier<T> call) {
		AgentRun run = this.request.start(Thread.currentThread());
		if (run == null) {
			return call.get();
		}
		T result;
		try (Scope ignored = this.request.runs().tracing().scope(() -> RunContext.makeCurrent(run))) {
			result = call.get();
		}
		catch (Throwable ex) {
			run.end(ex);
			throw ex;
		}
		run.end(null);
		return result;
	}

	@Override
	public @Nullable String content() {
		return trace(this.delegate::content);
	}

	@Override
	public @Nullable ChatResponse chatResponse() {
		return trace(this.delegate::chatResponse);
	}

	@Override
	public ChatClientResponse chatClientResponse() {
		return trace(this.delegate::chatClientResponse);
	}

	@Override
	public <T> @Nullable T entity(ParameterizedTypeReference<T> type) {
		return trace(() -> this.delegate.entity(type));
	}

	@Override
	public <T> @Nullable T entity(ParameterizedTypeReference<T> type, Consumer<EntityParamSpec> consumer) {
		return trace(() -> this.delegate.entity(type, consumer));
	}

	@Override
	public <T> @Nullable T entity(StructuredOutputConverter<T> converter) {
		return trace(() -> this.delegate.entity(converter));
	}

	@Override
	public <T> @Nullable T entity(StructuredOutputConverter<T> converter, Consumer<EntityParamSpec> consumer) {
		return trace(() -> this.delegate.entity(converter, consumer));
	}

	@Override
	public <T> @Nullable T entity(Class<T> type) {
		return trace(() -> this.delegate.entity(type));
	}

	@Override
	public <T> @Nullable T entity(Class<T> type, Consumer<EntityParamSpec> consumer) {
		return trace(() -> this.delegate.entity(type, consumer));
	}

	@Override
	public <T> ResponseEntity<ChatResponse, T> responseEntity(Class<T> type) {
		return trace(() -> this.delegate.responseEntity(type));
	}

	@Override
	public <T> ResponseEntity<ChatResponse, T> responseEntity(Class<T> type, Consumer<EntityParamSpec> consumer) {
		return trace(() -> this.delegate.responseEntity(type, consumer));
	}

	@Override
	public <T> ResponseEntity<ChatResponse, T> responseEntity(ParameterizedTypeReference<T> type) {
		return trace(() -> this.delegate.responseEntity(type));
	}

	@Override
	public <T> ResponseEntity<ChatResponse, T> responseEntity(ParameterizedTypeReference<T> type,
			Consumer<EntityParamSpec> consumer) {
		return trace(() -> this.delegate.responseEntity(type, consumer));
	}

	@Override
	public <T> ResponseEntity<ChatResponse, T> responseEntity(StructuredOutputConverter<T> converter) {
		return trace(() -> this.delegate.responseEntity(converter));
	}

	@Override
	public <T> ResponseEntity<ChatResponse, T> responseEntity(StructuredOutputConverter<T> converter,
			Consumer<EntityParamSpec> consumer) {
		return trace(() -> this.delegate.responseEntity(converter, consumer));
	}

}
