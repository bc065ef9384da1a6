package dev.braintrust.spring.chat;

import java.lang.reflect.Method;

import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.client.ChatClient.CallResponseSpec;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.client.ResponseEntity;
import org.springframework.ai.chat.model.ChatResponse;

/**
 * The call of a request: each of its methods makes the call, and each is a run.
 */
final class ProjectCallResponseSpec extends DelegatingProxy<CallResponseSpec> {

	private final AgentRuns runs;

	private ProjectCallResponseSpec(CallResponseSpec delegate, AgentRuns runs) {
		super(delegate);
		this.runs = runs;
	}

	static CallResponseSpec trace(CallResponseSpec call, AgentRuns runs) {
		return create(CallResponseSpec.class, new ProjectCallResponseSpec(call, runs));
	}

	@Override
	@Nullable Object intercept(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
		AgentRun run = this.runs.startCall();
		Object result;
		try (Scope ignored = run.makeCurrent()) {
			result = proceed(method, arguments);
		}
		catch (Throwable ex) {
			run.fail(ex);
			throw ex;
		}
		run.end(this.runs.tracing().see(() -> answer(result)));
		return result;
	}

	private static @Nullable String answer(@Nullable Object result) {
		if (result instanceof ChatClientResponse response) {
			return text(response.chatResponse());
		}
		if (result instanceof ResponseEntity<?, ?> entity) {
			return (entity.response() instanceof ChatResponse response) ? text(response) : null;
		}
		if (result instanceof ChatResponse response) {
			return text(response);
		}
		// An entity was read from the last text of the model, and that is recorded.
		return (result instanceof String text) ? text : null;
	}

	private static @Nullable String text(@Nullable ChatResponse response) {
		return (response != null && response.getResult() != null) ? response.getResult().getOutput().getText() : null;
	}

}
