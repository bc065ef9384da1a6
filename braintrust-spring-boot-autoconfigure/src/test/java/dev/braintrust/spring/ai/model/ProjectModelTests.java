package dev.braintrust.spring.ai.model;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.ai.StandIn;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustModelAutoConfiguration;
import dev.braintrust.spring.support.OtlpReceiver;
import dev.braintrust.spring.support.ReceivedSpan;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

import org.springframework.ai.audio.tts.Speech;
import org.springframework.ai.audio.tts.StreamingTextToSpeechModel;
import org.springframework.ai.audio.tts.TextToSpeechPrompt;
import org.springframework.ai.audio.tts.TextToSpeechResponse;
import org.springframework.ai.chat.metadata.DefaultUsage;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.embedding.EmbeddingResponseMetadata;
import org.springframework.ai.image.Image;
import org.springframework.ai.image.ImageGeneration;
import org.springframework.ai.image.ImageModel;
import org.springframework.ai.image.ImagePrompt;
import org.springframework.ai.image.ImageResponse;
import org.springframework.ai.moderation.ModerationModel;
import org.springframework.ai.moderation.ModerationResponse;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests that a traced model replaces the bean if possible, is traced once, and behaves as
 * without tracing.
 */
@ExtendWith(OutputCaptureExtension.class)
class ProjectModelTests {

	private static final String WARNING = "is not traced into Braintrust";

	private final OtlpReceiver receiver = new OtlpReceiver();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(BraintrustAutoConfiguration.class, BraintrustModelAutoConfiguration.class))
		.withPropertyValues("braintrust.api-url=" + this.receiver.url(), "braintrust.api-key=sk-test",
				"braintrust.projects.support.name=Support Agent", "braintrust.projects.research.id=r-1");

	@AfterEach
	void close() {
		this.receiver.close();
	}

	@Test
	void openClassIsInjectedByItsClassAndTraced(CapturedOutput output) {
		run(ByClass.class, (context) -> {
			assertThat(AopUtils.isCglibProxy(context.getBean("open"))).isTrue();
			assertThat(context.getBean(NeedsOpen.class).model().embed("x")).containsExactly(1f);
		});
		assertTraced("project_name:Support Agent");
		assertThat(output).doesNotContain(WARNING);
	}

	@Test
	void openClassBehindAnInterfaceIsInjectedByItsClassAllTheSame() {
		run(ByInterface.class, (context) -> {
			assertThat(context.getBean(NeedsOpen.class).model()).isSameAs(context.getBean("open"));
			assertThat(context.getBean(NeedsOpen.class).model().dimensions()).isEqualTo(1);
		});
		assertTraced("project_name:Support Agent");
	}

	@Test
	void finalClassBehindAnInterfaceIsTraced(CapturedOutput output) {
		run(FinalByInterface.class, (context) -> {
			EmbeddingModel model = context.getBean(EmbeddingModel.class);
			assertThat(AopUtils.isJdkDynamicProxy(model)).isTrue();
			assertThat(model.embed("x")).containsExactly(1f);
		});
		assertTraced("project_name:Support Agent");
		assertThat(output).doesNotContain(WARNING);
	}

	@Test
	void finalClassDeclaredByItsClassStaysAsItIsAndIsSaidOnce(CapturedOutput output) {
		run(FinalByClass.class, (context) -> {
			assertThat(context.getBean(FinalModel.class).embed("x")).containsExactly(1f);
			assertThat(context.getBean(FinalModel.class)).isNotSameAs(context.getBean(FinalModel.class));
			assertThat(AopUtils.isAopProxy(context.getBean(FinalModel.class))).isFalse();
		});
		assertThat(output).containsOnlyOnce(WARNING)
			.contains("The bean 'sealed' is not traced into Braintrust: its class " + FinalModel.class.getName()
					+ " is final, or has final methods, and the bean is declared by its class. Declare it by its "
					+ "interface: 'public EmbeddingModel sealed()', and inject the interface.");
	}

	@Test
	void classWithAFinalMethodKeepsItsFields(CapturedOutput output) {
		run(HalfOpen.class, (context) -> {
			assertThat(context.getBean(HalfOpenModel.class).name()).isEqualTo("half");
			assertThat(context.getBean("wide", EmbeddingModel.class).embed("x")).containsExactly(1f);
		});
		assertTraced("project_name:Support Agent");
		assertThat(output).containsOnlyOnce(WARNING).contains("The bean 'narrow'");
	}

	@Test
	void modelThatIsTracedAlreadyMovesToTheProjectOfItsOwnAnnotation() {
		run(Moved.class, (context) -> {
			context.getBean("first", EmbeddingModel.class).embed("x");
			context.getBean("second", EmbeddingModel.class).embed("x");
			context.getBean("none", EmbeddingModel.class).embed("x");
		});
		assertThat(this.receiver.awaitSpans(2)).extracting(ReceivedSpan::parent)
			.containsExactlyInAnyOrder("project_name:Support Agent", "project_id:r-1");
	}

	@Test
	void beansOfEveryMakeAreTraced() {
		run(Makes.class, (context) -> {
			for (String name : List.of("lambda", "product", "component", "perCall", "late", "streaming")) {
				use(context.getBean(name));
			}
		});
		assertThat(this.receiver.awaitSpans(6)).extracting(ReceivedSpan::name)
			.containsExactlyInAnyOrder("Image Generation", "Embedding", "Embedding", "Embedding", "Embedding",
					"Speech");
	}

	private static void use(Object model) {
		if (model instanceof EmbeddingModel embeddings) {
			embeddings.embed("x");
		}
		else if (model instanceof ImageModel images) {
			images.call(new ImagePrompt("x"));
		}
		else {
			((StreamingTextToSpeechModel) model).stream("x").blockLast();
		}
	}

	@Test
	void modelThatTheGuideDoesNotKnowIsSaid(CapturedOutput output) {
		run(Others.class,
				(context) -> assertThat(AopUtils.isAopProxy(context.getBean(ModerationModel.class))).isFalse());
		assertThat(output).contains(
				"The bean 'moderation' is not traced into Braintrust: Braintrust's specification does not cover a ");
	}

	@Test
	void modelThatIsOnlyNamedLikeAProjectIsNotTakenForItsOwn() {
		this.runner.withBean("support", EmbeddingModel.class, OpenModel::new)
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining("The bean 'support' of type")
				.hasMessageContaining("is named like the Braintrust project 'support'"));
	}

	@Test
	void projectThatIsOffLeavesTheBeanAlone() {
		this.runner.withUserConfiguration(ByClass.class)
			.withPropertyValues("braintrust.projects.support.enabled=false")
			.run((context) -> assertThat(AopUtils.isAopProxy(context.getBean("open"))).isFalse());
	}

	@Test
	void modelOfAnotherProjectLeavesItForOneThatIsOff() {
		this.runner.withUserConfiguration(ByClass.class, MovedAway.class)
			.withPropertyValues("braintrust.projects.research.enabled=false")
			.run((context) -> {
				context.getBean("moved", OpenModel.class).embed("secret");
				context.getBean("open", OpenModel.class).embed("x");
			});
		assertThat(this.receiver.awaitSpans(1)).singleElement()
			.satisfies((span) -> assertThat(span.attributes().toString()).doesNotContain("secret"));
	}

	@Test
	void traceThatIsNotSampledRecordsNothing() {
		this.runner.withUserConfiguration(ByClass.class)
			.withPropertyValues("braintrust.projects.support.sampling.probability=0")
			.run((context) -> assertThat(context.getBean(OpenModel.class).embed("x")).containsExactly(1f));
		assertThat(this.receiver.requests()).isEmpty();
	}

	@Test
	void spanIsCurrentWhileTheModelWorks() {
		AtomicReference<String> current = new AtomicReference<>();
		run(ByClass.class, (context) -> {
			ProjectTracer tracer = context.getBean("braintrust.projects.support.tracer", ProjectTracer.class);
			context.getBean(OpenModel.class).work = () -> current
				.set(tracer.currentSpan().getSpanContext().getSpanId());
			// The field is read on the subclass, but the method runs on the
			// original model.
			((OpenModel) StandIn.interceptor(context.getBean("open"), ModelInterceptor.class).model()).work = context
				.getBean(OpenModel.class).work;
			context.getBean(OpenModel.class).embed("x");
			assertThat(tracer.currentSpan().getSpanContext().isValid()).isFalse();
		});
		assertThat(this.receiver.awaitSpans(1).get(0).spanId()).isEqualTo(current.get());
	}

	@Test
	void whatCannotBeObservedIsSaidAndTheCallGoesOn(CapturedOutput output) {
		run(Odd.class, (context) -> {
			EmbeddingModel model = context.getBean(EmbeddingModel.class);
			assertThat(model.call(new EmbeddingRequest(List.of("x"), null)).getResults()).isEmpty();
			assertThat(model.call(new EmbeddingRequest(List.of("x"), null)).getResults()).isEmpty();
		});
		assertThat(this.receiver.awaitSpans(2)).noneMatch(ReceivedSpan::error);
		assertThat(output).containsOnlyOnce("Spans of the model 'odd' are incomplete");
	}

	@Test
	void cancelledStreamEndsItsSpanWithWhatHadArrivedBelowTheSpanOfItsRequest() {
		run(Makes.class, (context) -> {
			ProjectTracer tracer = context.getBean("braintrust.projects.support.tracer", ProjectTracer.class);
			StreamingTextToSpeechModel model = context.getBean("endless", StreamingTextToSpeechModel.class);
			Flux<byte[]> stream = tracer.taskSpan("task").call((span) -> model.stream("x"));
			assertThat(stream.blockFirst()).containsExactly(7);
		});
		List<ReceivedSpan> spans = this.receiver.awaitSpans(2);
		ReceivedSpan speech = spans.stream().filter((span) -> span.name().equals("Speech")).findFirst().orElseThrow();
		ReceivedSpan task = spans.stream().filter((span) -> span.name().equals("task")).findFirst().orElseThrow();
		assertThat(speech.isChildOf(task)).isTrue();
		assertThat(speech.error()).isFalse();
		assertThat(this.receiver.uploads().inlined(speech.output()).at("/0/content/0/file/file_data").asString())
			.endsWith("Bw==");
	}

	@Test
	void whatTheModelThrowsComesOutAsItIs() {
		run(Failing.class, (context) -> {
			ImageModel model = context.getBean(ImageModel.class);
			assertThatThrownBy(() -> model.call(new ImagePrompt("x"))).isSameAs(Failing.FAILURE);
			StreamingTextToSpeechModel speech = context.getBean(StreamingTextToSpeechModel.class);
			assertThatThrownBy(() -> speech.stream("x")).isSameAs(Failing.FAILURE);
		});
		assertThat(this.receiver.awaitSpans(2)).allMatch(ReceivedSpan::error)
			.extracting(ReceivedSpan::statusMessage)
			.containsOnly("broken");
	}

	private void run(Class<?> configuration, ContextConsumer<AssertableApplicationContext> work) {
		this.runner.withUserConfiguration(configuration).run((context) -> {
			assertThat(context).hasNotFailed();
			work.accept(context);
		});
	}

	private void assertTraced(String parent) {
		ReceivedSpan span = this.receiver.awaitSpans(1).get(0);
		assertThat(span.name()).isEqualTo("Embedding");
		assertThat(span.parent()).isEqualTo(parent);
		assertThat(span.metadata().path("model").asString()).isEqualTo("fake-1");
		assertThat(span.metrics().path("tokens").asInt()).isEqualTo(3);
		assertThat(this.receiver.spans()).hasSize(1);
	}

	record NeedsOpen(OpenModel model) {
	}

	static class OpenModel implements EmbeddingModel {

		Runnable work = () -> {
		};

		@Override
		public EmbeddingResponse call(EmbeddingRequest request) {
			this.work.run();
			return new EmbeddingResponse(List.of(new Embedding(new float[] { 1 }, 0)),
					new EmbeddingResponseMetadata("fake-1", new DefaultUsage(3, 0)));
		}

		@Override
		public float[] embed(Document document) {
			return embed(document.getText());
		}

	}

	static final class FinalModel extends OpenModel {

	}

	static class HalfOpenModel extends OpenModel {

		private final String name = "half";

		final String name() {
			return this.name;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ByClass {

		@Bean
		@BraintrustProject("support")
		OpenModel open() {
			return new OpenModel();
		}

		@Bean
		NeedsOpen needsOpen(@BraintrustProject("support") OpenModel model) {
			return new NeedsOpen(model);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MovedAway {

		@Bean
		@BraintrustProject("research")
		OpenModel moved(@Qualifier("open") OpenModel open) {
			return open;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ByInterface {

		@Bean
		@BraintrustProject("support")
		EmbeddingModel open() {
			return new OpenModel();
		}

		@Bean
		@Lazy
		NeedsOpen needsOpen(@BraintrustProject("support") OpenModel model) {
			return new NeedsOpen(model);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FinalByInterface {

		@Bean
		@BraintrustProject("support")
		EmbeddingModel sealed() {
			return new FinalModel();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FinalByClass {

		@Bean
		@Scope("prototype")
		@BraintrustProject("support")
		FinalModel sealed() {
			return new FinalModel();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class HalfOpen {

		@Bean
		@BraintrustProject("support")
		HalfOpenModel narrow() {
			return new HalfOpenModel();
		}

		@Bean
		@BraintrustProject("support")
		EmbeddingModel wide() {
			return new HalfOpenModel();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Moved {

		@Bean
		OpenModel none() {
			return new OpenModel();
		}

		@Bean
		@BraintrustProject("support")
		EmbeddingModel first(OpenModel none) {
			return none;
		}

		@Bean
		@BraintrustProject("research")
		EmbeddingModel second(@BraintrustProject("support") EmbeddingModel first) {
			return first;
		}

	}

	@BraintrustProject("support")
	static class AnnotatedModel extends OpenModel {

	}

	@Configuration(proxyBeanMethods = false)
	@Import(AnnotatedModel.class)
	static class Makes {

		@Bean
		@BraintrustProject("support")
		ImageModel lambda() {
			return (prompt) -> new ImageResponse(List.of(new ImageGeneration(new Image("https://example.com", null))));
		}

		@Bean
		@BraintrustProject("support")
		FactoryBean<EmbeddingModel> product() {
			return new FactoryBean<>() {

				@Override
				public EmbeddingModel getObject() {
					return new FinalModel();
				}

				@Override
				public Class<?> getObjectType() {
					return EmbeddingModel.class;
				}

			};
		}

		@Bean
		EmbeddingModel component(AnnotatedModel model) {
			return model;
		}

		@Bean
		@BraintrustProject("support")
		@Scope(scopeName = "prototype", proxyMode = ScopedProxyMode.TARGET_CLASS)
		OpenModel perCall() {
			return new OpenModel();
		}

		@Bean
		@Lazy
		@BraintrustProject("support")
		EmbeddingModel late() {
			return new FinalModel();
		}

		@Bean
		@BraintrustProject("support")
		StreamingTextToSpeechModel streaming() {
			return (prompt) -> Flux.just(speech(1), speech(2));
		}

		@Bean
		@BraintrustProject("support")
		StreamingTextToSpeechModel endless() {
			return (prompt) -> {
				Sinks.Many<TextToSpeechResponse> sink = Sinks.many().unicast().onBackpressureBuffer();
				sink.tryEmitNext(speech(7));
				return sink.asFlux();
			};
		}

		private static TextToSpeechResponse speech(int sound) {
			return new TextToSpeechResponse(List.of(new Speech(new byte[] { (byte) sound })));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Others {

		@Bean
		@BraintrustProject("support")
		ModerationModel moderation() {
			return (prompt) -> new ModerationResponse(null);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Odd {

		@Bean
		@BraintrustProject("support")
		EmbeddingModel odd() {
			return new OpenModel() {

				@Override
				public EmbeddingResponse call(EmbeddingRequest request) {
					return new EmbeddingResponse(List.of()) {

						@Override
						public EmbeddingResponseMetadata getMetadata() {
							throw new IllegalStateException("secret");
						}

					};
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Failing {

		static final RuntimeException FAILURE = new IllegalStateException("broken");

		@Bean
		@BraintrustProject("support")
		ImageModel images() {
			return (prompt) -> {
				throw FAILURE;
			};
		}

		@Bean
		@BraintrustProject("support")
		StreamingTextToSpeechModel speech() {
			return new StreamingTextToSpeechModel() {

				@Override
				public Flux<TextToSpeechResponse> stream(TextToSpeechPrompt prompt) {
					throw FAILURE;
				}

			};
		}

	}

}
