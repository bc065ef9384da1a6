package dev.braintrust.spring.ai.chat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Set;

import dev.braintrust.spring.ai.ObservedFlux;
import dev.braintrust.spring.reactor.ReactiveSpans;
import io.micrometer.observation.ObservationRegistry;
import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.util.context.ContextView;

import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.client.advisor.api.BaseAdvisorChain;
import org.springframework.ai.chat.client.advisor.api.CallAdvisor;
import org.springframework.ai.chat.client.advisor.api.CallAdvisorChain;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisor;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisorChain;

/**
 * The entry to the advisor chain of a request. Advisors only see the original chain
 * behind it. The application receives the response that leaves this chain, or an entity
 * that is read from it.
 * <p>
 * It is not a proxy: a proxy would wrap checked exceptions that an advisor throws without
 * declaring them, as advisors in Kotlin do. If a version of Spring AI adds abstract
 * methods to chains, the initialization of this class fails with a {@link LinkageError}
 * before a request is sent.
 */
final class ObservedChain implements BaseAdvisorChain {

	static {
		Set<String> known = Set.of("nextCall", "getCallAdvisors", "nextStream", "getStreamAdvisors", "copy");
		for (Method method : BaseAdvisorChain.class.getMethods()) {
			if (Modifier.isAbstract(method.getModifiers()) && !known.contains(method.getName())) {
				throw new NoSuchMethodError(method.toString());
			}
		}
	}

	private final BaseAdvisorChain chain;

	private final AgentRequest request;

	private ObservedChain(BaseAdvisorChain chain, AgentRequest request) {
		this.chain = chain;
		this.request = request;
	}

	static BaseAdvisorChain of(BaseAdvisorChain chain, AgentRequest request) {
		return new ObservedChain(chain, request);
	}

	@Override
	public ChatClientResponse nextCall(ChatClientRequest request) {
		ChatClientResponse response = this.chain.nextCall(request);
		AgentRun run = this.request.runs().current();
		if (run != null && response != null) {
			run.returned(response);
		}
		return response;
	}

	@Override
	public Flux<ChatClientResponse> nextStream(ChatClientRequest request) {
		Flux<ChatClientResponse> responses = this.chain.nextStream(request);
		return (responses != null) ? Stream.of(responses, this.request) : responses;
	}

	@Override
	public List<CallAdvisor> getCallAdvisors() {
		return this.chain.getCallAdvisors();
	}

	@Override
	public List<StreamAdvisor> getStreamAdvisors() {
		return this.chain.getStreamAdvisors();
	}

	@Override
	public CallAdvisorChain copy(CallAdvisor after) {
		return this.chain.copy(after);
	}

	@Override
	public StreamAdvisorChain copy(StreamAdvisor after) {
		return this.chain.copy(after);
	}

	@Override
	public ObservationRegistry getObservationRegistry() {
		return this.chain.getObservationRegistry();
	}

	@Override
	public BaseAdvisorChain.Builder<?> mutate() {
		return DelegatingProxy.create(BaseAdvisorChain.Builder.class, new Builder(this.chain.mutate(), this.request));
	}

	@Override
	public String toString() {
		return this.chain.toString();
	}

	/**
	 * A builder whose chains are observed for the same request.
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
			return (result instanceof BaseAdvisorChain built) ? of(built, this.request) : result;
		}

	}

	/**
	 * One run of a stream. It collects the answer that the subscriber receives, and ends
	 * the run before the subscriber sees the end.
	 */
	static final class Stream implements ObservedFlux.Observer<ChatClientResponse> {

		private final AgentRun run;

		private final ChatTracing tracing;

		private final StringBuilder text = new StringBuilder();

		private Stream(AgentRun run, ChatTracing tracing) {
			this.run = run;
			this.tracing = tracing;
		}

		// Trace a stream. Each subscription is a run.
		static Flux<ChatClientResponse> of(Flux<ChatClientResponse> responses, AgentRequest request) {
			return Flux.deferContextual((context) -> {
				AgentRun run = request.runs().tracing().see(() -> start(request, context));
				if (run == null) {
					return responses;
				}
				request.runs().tracing().scheduledRuns().start();
				if (!run.isRecording()) {
					return RunFlux.within(run, responses);
				}
				Stream stream = new Stream(run, request.runs().tracing());
				run.beforeCut(stream::ended);
				return ObservedFlux.of(RunFlux.within(run, responses), stream);
			});
		}

		private static @Nullable AgentRun start(AgentRequest request, ContextView context) {
			try (Scope ignored = ReactiveSpans.makeCurrent(context)) {
				return request.start(null);
			}
		}

		@Override
		public void received(ChatClientResponse response) {
			try {
				this.run.returned(response);
				String text = this.tracing.recordsOutput() ? AgentRun.text(response.chatResponse()) : null;
				if (text != null) {
					append(text);
				}
			}
			catch (Throwable ex) {
				this.tracing.failed(ex);
			}
		}

		// One thread may cancel the stream while another one delivers a part.
		private void append(String part) {
			synchronized (this.text) {
				this.text.append(part);
			}
		}

		@Override
		public void failed(Throwable failure) {
			end(failure);
		}

		@Override
		public void ended() {
			end(null);
		}

		private void end(@Nullable Throwable failure) {
			String answer;
			synchronized (this.text) {
				// A stream without text has no answer.
				answer = (this.text.isEmpty() || this.run.isEnded()) ? null : this.text.toString();
			}
			this.run.end(answer, failure);
		}

	}

}
