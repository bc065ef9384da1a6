package dev.braintrust.spring.ai.chat;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ClientInstrumentation;
import dev.braintrust.spring.NoSuchBraintrustProjectException;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustChatAutoConfiguration;
import dev.braintrust.spring.support.ScriptedModel;
import dev.braintrust.spring.test.RecordedSpans;
import org.junit.jupiter.api.Test;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static dev.braintrust.spring.test.BraintrustAssertions.assertThat;
import static dev.braintrust.spring.test.ExpectedSpan.llm;
import static dev.braintrust.spring.test.ExpectedSpan.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of clients that are not beans.
 */
class InstrumentedClientTests {

	private final RecordedSpans spans = new RecordedSpans();

	private final BraintrustProjects projects = this.spans.projects("support", "research");

	private final ScriptedModel model = new ScriptedModel().says("one").says("two");

	@Test
	void clientIsTracedUnderTheKeyOrAName() {
		ask(this.projects.instrument("support", ChatClient.create(this.model)));
		ask(this.projects.instrument("support", "triage", ChatClient.create(this.model)));
		assertThat(this.spans).project("support")
			.hasSpans(4)
			.hasTrace((trace) -> trace.root("support").hasChildren(llm().outputContaining("one")))
			.hasTrace((trace) -> trace.root("triage").hasChildren(llm().outputContaining("two")));
	}

	@Test
	void instrumentingAgainChangesNothing() {
		ChatClient once = this.projects.instrument("support", "triage", ChatClient.create(this.model));
		assertThat(this.projects.instrument("support", once)).isSameAs(once);
		assertThat(this.projects.instrument("support", "triage", once)).isSameAs(once);
		ask(this.projects.instrument("support", "other", once));
		assertThat(this.spans).project("support").hasSpans(2).hasTrace((trace) -> trace.root("other"));
	}

	@Test
	void clientThatIsGivenToAnotherProjectMovesAndIsNeverDoubled() {
		ChatClient support = this.projects.instrument("support", "triage", ChatClient.create(this.model));
		ask(this.projects.instrument("research", support));
		assertThat(this.spans).project("support").hasNoSpans();
		assertThat(this.spans).project("research")
			.hasSpans(2)
			.hasTrace((trace) -> trace.root("triage").hasChild(llm()));
		// The first client is unchanged.
		ask(support);
		assertThat(this.spans).project("support").hasSpans(2);
		assertThat(this.spans).project("research").hasSpans(2);
	}

	@Test
	void builderTracesTheClientsThatItBuilds() {
		ChatClient.Builder builder = this.projects.instrument("support", ChatClient.builder(this.model));
		assertThat(this.projects.instrument("support", builder)).isSameAs(builder);
		ask(builder.defaultSystem("Be kind.").build());
		ask(this.projects.instrument("research", builder).build());
		assertThat(this.spans).project("support")
			.hasSpans(2)
			.hasTrace((trace) -> trace.root("support").hasChild(llm().inputContaining("Be kind.")));
		assertThat(this.spans).project("research").hasSpans(2);
	}

	@Test
	void beanMovesWithItsName() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(BraintrustAutoConfiguration.class, BraintrustChatAutoConfiguration.class))
			.withPropertyValues("braintrust.projects.support.id=1", "braintrust.projects.research.id=2")
			.withBean(RecordedSpans.class, () -> this.spans)
			.withUserConfiguration(App.class)
			.run((context) -> {
				BraintrustProjects registry = context.getBean(BraintrustProjects.class);
				ChatClient chat = context.getBean(ChatClient.class);
				assertThat(registry.instrument("support", chat)).isSameAs(chat);
				ask(registry.instrument("research", chat));
			});
		assertThat(this.spans).project("research").hasTrace((trace) -> trace.root("supportChat"));
		assertThat(this.spans).project("support").hasNoSpans();
	}

	@Test
	void clientOfAnotherLibraryIsTracedByAnInstrumentationOfTheApplication() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(BraintrustAutoConfiguration.class, BraintrustChatAutoConfiguration.class))
			.withPropertyValues("braintrust.projects.support.id=1")
			.withBean(RecordedSpans.class, () -> this.spans)
			.withBean(ClientInstrumentation.class, () -> InstrumentedClientTests::instrumentRunnable)
			.run((context) -> context.getBean(BraintrustProjects.class).<Runnable>instrument("support", () -> {
			}).run());
		assertThat(this.spans).project("support").hasSpan(task("support"));
	}

	private static Object instrumentRunnable(Object client, String key, ProjectTracer tracer, String name) {
		return (client instanceof Runnable runnable)
				? (Runnable) () -> tracer.taskSpan(key).run((span) -> runnable.run()) : null;
	}

	@Test
	void whatCannotBeTracedIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.projects.instrument("support", new StringBuilder()))
			.withMessage("A java.lang.StringBuilder cannot be traced into the Braintrust project "
					+ "'support'. A ChatClient, a ChatClient.Builder, and a ChatModel or another model can, if "
					+ "Spring AI 2 is on the class path. So can a client of OpenAI's or Anthropic's SDK, and any "
					+ "type that a ClientInstrumentation bean of the application supports. For anything else, "
					+ "create a span around its calls with the ProjectTracer of the project.");
		assertThatExceptionOfType(NoSuchBraintrustProjectException.class)
			.isThrownBy(() -> this.projects.instrument("suport", ChatClient.create(this.model)));
	}

	private static void ask(ChatClient chat) {
		chat.prompt("Where is my order?").call().content();
	}

	@Configuration(proxyBeanMethods = false)
	static class App {

		@Bean
		@BraintrustProject("support")
		ChatClient supportChat() {
			return ChatClient.create(new ScriptedModel().says("one").says("two"));
		}

	}

}
