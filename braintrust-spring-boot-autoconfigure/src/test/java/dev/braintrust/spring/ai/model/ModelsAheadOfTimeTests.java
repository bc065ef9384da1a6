package dev.braintrust.spring.ai.model;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustModelAutoConfiguration;
import dev.braintrust.spring.support.OtlpReceiver;
import dev.braintrust.spring.support.ReceivedSpan;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.test.tools.CompileWithForkedClassLoader;
import org.springframework.core.test.tools.TestCompiler;
import org.springframework.javapoet.ClassName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of models in a context that was processed ahead of time.
 */
@Tag("process")
class ModelsAheadOfTimeTests {

	private final OtlpReceiver receiver = new OtlpReceiver();

	@AfterEach
	void close() {
		this.receiver.close();
	}

	@Test
	@CompileWithForkedClassLoader
	void generatedContextTracesModelsByClassAndByInterface() {
		refreshAheadOfTime((context) -> {
			context.getBean(ProjectModelTests.OpenModel.class).embed("x");
			context.getBean("sealed", EmbeddingModel.class).embed("x");
		});
		List<ReceivedSpan> spans = this.receiver.awaitSpans(2);
		assertThat(spans).extracting(ReceivedSpan::name).containsOnly("Embedding");
		assertThat(spans).allMatch((span) -> span.parent().equals("project_name:support"));
	}

	private void refreshAheadOfTime(Consumer<GenericApplicationContext> work) {
		TestGenerationContext generation = new TestGenerationContext(
				ClassName.get("dev.braintrust.spring.model", "Generated"));
		AnnotationConfigApplicationContext source = new AnnotationConfigApplicationContext();
		declareProject(source);
		source.register(App.class);
		ClassName initializer = new ApplicationContextAotGenerator().processAheadOfTime(source, generation);
		generation.writeGeneratedContent();
		assertThat(RuntimeHintsPredicates.proxies().forInterfaces(EmbeddingModel.class))
			.accepts(generation.getRuntimeHints());
		TestCompiler.forSystem().with(generation).compile((compiled) -> {
			GenericApplicationContext context = new GenericApplicationContext();
			declareProject(context);
			@SuppressWarnings("unchecked")
			ApplicationContextInitializer<GenericApplicationContext> generated = compiled
				.getInstance(ApplicationContextInitializer.class, initializer.toString());
			generated.initialize(context);
			try (context) {
				context.refresh();
				work.accept(context);
			}
		});
	}

	private void declareProject(GenericApplicationContext context) {
		context.getEnvironment()
			.getPropertySources()
			.addFirst(new MapPropertySource("test", Map.of("braintrust.api-url", this.receiver.url(),
					"braintrust.projects.support.api-key", "sk-test")));
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ BraintrustAutoConfiguration.class, BraintrustModelAutoConfiguration.class })
	static class App {

		@Bean
		@BraintrustProject("support")
		ProjectModelTests.OpenModel open() {
			return new ProjectModelTests.OpenModel();
		}

		@Bean
		@BraintrustProject("support")
		EmbeddingModel sealed() {
			return new ProjectModelTests.FinalModel();
		}

	}

}
