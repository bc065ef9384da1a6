package dev.braintrust.spring.aot;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.NoSuchBraintrustProjectException;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.autoconfigure.properties.BraintrustProperties;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.TypeReference;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.test.tools.CompileWithForkedClassLoader;
import org.springframework.core.test.tools.TestCompiler;
import org.springframework.javapoet.ClassName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests of a context that was processed ahead of time, and runs with other declared
 * projects.
 */
@ExtendWith(OutputCaptureExtension.class)
@Tag("process")
class FrozenKeysTests {

	@Test
	@CompileWithForkedClassLoader
	void beansAreThoseOfTheProjectsThatAreDeclaredNowAndTheDifferenceIsSaid(CapturedOutput output) {
		process("support", "research").run((context) -> {
			BraintrustProjects projects = context.getBean(BraintrustProjects.class);
			Injected injected = context.getBean(Injected.class);
			assertThat(projects.keys()).containsExactlyInAnyOrder("support", "added");
			assertThat(injected.support().getObject()).isSameAs(projects.tracer("support"));
			assertThat(injected.added().getObject()).isSameAs(projects.tracer("added"));
			assertThat(injected.addedProvider().getObject()).isSameAs(projects.tracerProvider("added"));
			assertThat(injected.addedOpenTelemetry().getObject()).isSameAs(projects.openTelemetry("added"));
			assertThat(injected.research().getIfAvailable()).isNull();
			assertThat(injected.unqualified().stream()).isEmpty();
			assertThat(context.getBeanNamesForType(TracerProvider.class)).hasSize(2);
		}, "support", "added");
		assertThat(output).contains("were declared after the application was processed ahead of time: added.")
			.contains("are not any more: research.")
			.contains("Process the application ahead of time again.");
	}

	@Test
	@CompileWithForkedClassLoader
	void nothingIsSaidWhereTheKeysAreTheSame(CapturedOutput output) {
		process("support").run((context) -> assertThat(context.getBean(Injected.class).support().getObject())
			.isInstanceOf(ProjectTracer.class), "support");
		assertThat(output).doesNotContain("ahead of time");
	}

	@Test
	@CompileWithForkedClassLoader
	void variableInBootsSpellingIsOfTheKeyThatIsFrozen(CapturedOutput output) {
		process("support-bot").run((context) -> {
			assertThat(context.getBean(BraintrustProjects.class).keys()).containsExactly("support-bot");
			assertThat(context.getBeanNamesForType(TracerProvider.class)).hasSize(1);
			assertThat(context.getBean(BraintrustProperties.class).projects().get("support-bot").id()).isEqualTo("b-1");
		}, Map.of("BRAINTRUST_PROJECTS_SUPPORTBOT_ID", "b-1"), "support-bot");
		assertThat(output).doesNotContain("ahead of time");
	}

	@Test
	@CompileWithForkedClassLoader
	void beanOfAProjectThatIsGoneFailsStartup() {
		Generated generated = process("support", "owned");
		assertThatThrownBy(() -> generated.run((context) -> context.getBean(Injected.class), "support"))
			.hasRootCauseInstanceOf(NoSuchBraintrustProjectException.class);
	}

	private static Generated process(String... keys) {
		TestGenerationContext generation = new TestGenerationContext(
				ClassName.get("dev.braintrust.spring.aot", "Frozen"));
		AnnotationConfigApplicationContext source = new AnnotationConfigApplicationContext();
		declareProjects(source, keys);
		source.register(App.class);
		if (keys[keys.length - 1].equals("owned")) {
			source.register(OwnedBean.class);
		}
		ClassName initializer = new ApplicationContextAotGenerator().processAheadOfTime(source, generation);
		generation.writeGeneratedContent();
		assertThat(RuntimeHintsPredicates.reflection()
			.onType(TypeReference.of("dev.braintrust.spring.autoconfigure.ProjectBeanRegistrar"))
			.withMemberCategory(MemberCategory.INVOKE_DECLARED_METHODS)).accepts(generation.getRuntimeHints());
		return new Generated(generation, initializer);
	}

	private static void declareProjects(GenericApplicationContext context, String... keys) {
		Map<String, Object> properties = new HashMap<>(Map.of("braintrust.api-key", "sk-test"));
		for (String key : keys) {
			properties.put("braintrust.projects." + key + ".name", key);
		}
		context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("test", properties));
	}

	private record Generated(TestGenerationContext generation, ClassName initializer) {

		void run(Consumer<GenericApplicationContext> work, String... keys) {
			run(work, Map.of(), keys);
		}

		void run(Consumer<GenericApplicationContext> work, Map<String, Object> variables, String... keys) {
			TestCompiler.forSystem().with(this.generation).compile((compiled) -> {
				GenericApplicationContext context = new GenericApplicationContext();
				declareProjects(context, keys);
				String name = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;
				context.getEnvironment()
					.getPropertySources()
					.replace(name, new SystemEnvironmentPropertySource(name, variables));
				@SuppressWarnings("unchecked")
				ApplicationContextInitializer<GenericApplicationContext> generated = compiled
					.getInstance(ApplicationContextInitializer.class, this.initializer.toString());
				generated.initialize(context);
				try (context) {
					context.refresh();
					work.accept(context);
				}
			});
		}

	}

	record Injected(ObjectProvider<ProjectTracer> support, ObjectProvider<ProjectTracer> added,
			ObjectProvider<TracerProvider> addedProvider, ObjectProvider<OpenTelemetry> addedOpenTelemetry,
			ObjectProvider<ProjectTracer> research, ObjectProvider<Tracer> unqualified) {
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(BraintrustAutoConfiguration.class)
	static class App {

		@Bean
		Injected injected(@BraintrustProject("support") ObjectProvider<ProjectTracer> support,
				@BraintrustProject("added") ObjectProvider<ProjectTracer> added,
				@BraintrustProject("added") ObjectProvider<TracerProvider> addedProvider,
				@BraintrustProject("added") ObjectProvider<OpenTelemetry> addedOpenTelemetry,
				@BraintrustProject("research") ObjectProvider<ProjectTracer> research,
				ObjectProvider<Tracer> unqualified) {
			return new Injected(support, added, addedProvider, addedOpenTelemetry, research, unqualified);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnedBean {

		@Bean
		@BraintrustProject("owned")
		StringBuilder ownedBean() {
			return new StringBuilder();
		}

	}

}
