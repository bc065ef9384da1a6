package dev.braintrust.spring.ai.chat;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import reactor.core.publisher.Flux;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.MessageAggregator;
import org.springframework.ai.chat.observation.ChatModelObservationContext;
import org.springframework.ai.chat.observation.ChatModelObservationDocumentation;
import org.springframework.ai.chat.observation.DefaultChatModelObservationConvention;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;

/**
 * A model that is observed like Spring AI's own models, to compare with tracing. Its
 * spans are recorded but not exported.
 */
final class ObservedModel implements ChatModel {

	private static final DefaultChatModelObservationConvention CONVENTION = new DefaultChatModelObservationConvention();

	private final ChatModel delegate;

	private final ObservationRegistry observations;

	private ObservedModel(ChatModel delegate, ObservationRegistry observations) {
		this.delegate = delegate;
		this.observations = observations;
	}

	/**
	 * Create an observed client of an observed model.
	 * @param model the model
	 * @return the client
	 */
	static ChatClient client(ChatModel model) {
		SdkTracerProvider provider = SdkTracerProvider.builder().addSpanProcessor(SpanProcessor.composite()).build();
		ObservationRegistry observations = ObservationRegistry.create();
		observations.observationConfig()
			.observationHandler(new DefaultTracingObservationHandler(
					new OtelTracer(provider.get("peer"), new OtelCurrentTraceContext(), (event) -> {
					})));
		return ChatClient.builder(new ObservedModel(model, observations), observations, null, null).build();
	}

	@Override
	public ChatResponse call(Prompt prompt) {
		ChatModelObservationContext context = context(prompt);
		return observation(context).observe(() -> {
			ChatResponse response = this.delegate.call(prompt);
			context.setResponse(response);
			return response;
		});
	}

	@Override
	public Flux<ChatResponse> stream(Prompt prompt) {
		return Flux.deferContextual((view) -> {
			ChatModelObservationContext context = context(prompt);
			Observation observation = observation(context);
			Observation parent = view.getOrDefault(ObservationThreadLocalAccessor.KEY, null);
			observation.parentObservation(parent);
			try (Observation.Scope ignored = (parent != null) ? parent.openScope() : Observation.Scope.NOOP) {
				observation.start();
			}
			Flux<ChatResponse> observed = this.delegate.stream(prompt)
				.doOnError(observation::error)
				.doFinally((signal) -> observation.stop())
				.contextWrite((reactor) -> reactor.put(ObservationThreadLocalAccessor.KEY, observation));
			return new MessageAggregator().aggregate(observed, context::setResponse);
		});
	}

	private static ChatModelObservationContext context(Prompt prompt) {
		return ChatModelObservationContext.builder().prompt(prompt).provider("instant").build();
	}

	private Observation observation(ChatModelObservationContext context) {
		return ChatModelObservationDocumentation.CHAT_MODEL_OPERATION.observation(null, CONVENTION, () -> context,
				this.observations);
	}

	@Override
	public ChatOptions getOptions() {
		return this.delegate.getOptions();
	}

}
