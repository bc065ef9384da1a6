package dev.braintrust.spring.ai.chat;

import java.util.Map;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustChatAutoConfiguration;
import dev.braintrust.spring.support.ScriptedModel;
import dev.braintrust.spring.test.RecordedSpans;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;

import static dev.braintrust.spring.test.BraintrustAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that a client that was built from a project's client, or wraps one, belongs to
 * that project, and that it can be moved to another project.
 */
@ExtendWith(OutputCaptureExtension.class)
class ClientBehindAnotherTests {

	private final RecordedSpans spans = new RecordedSpans();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(BraintrustAutoConfiguration.class, BraintrustChatAutoConfiguration.class))
		.withPropertyValues("braintrust.projects.support.id=1", "braintrust.projects.research.id=2",
				"braintrust.default-project=support")
		.withBean(RecordedSpans.class, () -> this.spans)
		.withUserConfiguration(OfResearch.class);

	@Test
	void toolsOfAClientThatIsMadeOfASentRequestAreOfItsProjectAlone() {
		ScriptedModel model = new ScriptedModel().callsTool("find", "{}")
			.says("found")
			.callsTool("find", "{}")
			.says("found")
			.callsTool("find", "{}")
			.says("found");
		ToolCallback find = FunctionToolCallback.builder("find", (Map<?, ?> input) -> "it")
			.description("Finds")
			.inputType(Map.class)
			.build();
		this.runner.run((context) -> {
			BraintrustProjects projects = context.getBean(BraintrustProjects.class);
			ChatClient client = ChatClient.builder(model).defaultTools(find).build();
			ChatClient.ChatClientRequestSpec request = projects.instrument("research", client).prompt("find it");
			assertThat(request.call().content()).isEqualTo("found");
			ChatClient moved = projects.instrument("support", request.mutate().build());
			assertThat(moved.prompt("find it").call().content()).isEqualTo("found");
			assertThat(moved.prompt("find it").stream().content().collectList().block()).containsExactly("found");
		});
		assertThat(this.spans).project("research").hasSpans(4);
		assertThat(this.spans).project("support").hasSpans(8);
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "instrumented", "built", "mutated", "mutatedRequest", "mutatedBean", "proxied", "decorated" })
	void clientOfAProjectThatIsOffIsNotTakenByTheDefaultProject(String bean) {
		this.runner.withPropertyValues("braintrust.projects.research.enabled=false").run((context) -> {
			ask(context.getBean(bean, ChatClient.class));
			ask(context.getBean(bean, ChatClient.class).mutate().build());
			ask(context.getBean(bean, ChatClient.class).prompt().mutate().build());
			stream(context.getBean(bean, ChatClient.class));
		});
		assertThat(this.spans).project("support").hasNoSpans();
		assertThat(this.spans).project("research").hasNoSpans();
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "instrumented", "built", "mutated", "mutatedRequest", "mutatedBean", "proxied", "decorated" })
	void clientOfAProjectThatIsOnIsNotTakenByTheDefaultProject(String bean, CapturedOutput output) {
		this.runner.run((context) -> {
			ask(context.getBean(bean, ChatClient.class));
			ask(context.getBean(bean, ChatClient.class).mutate().build());
		});
		assertThat(this.spans).project("support").hasNoSpans();
		assertThat(this.spans).project("research").hasSpans(4);
		assertThat(output).doesNotContain("is not traced");
	}

	@Test
	void clientOfNoProjectIsTakenByTheDefaultProject() {
		this.runner.run((context) -> {
			ask(context.getBean("plain", ChatClient.class));
			ask(context.getBean("plain", ChatClient.class).mutate().build());
		});
		assertThat(this.spans).project("support").hasSpans(4);
		assertThat(this.spans).project("research").hasNoSpans();
	}

	@ParameterizedTest
	@ValueSource(strings = { "scoped", "lazy", "proxied", "decorated" })
	void clientBehindAnotherMovesToTheProjectThatItIsGivenTo(String bean, CapturedOutput output) {
		this.runner.run((context) -> {
			ChatClient moved = context.getBean(BraintrustProjects.class)
				.instrument("support", (ChatClient) context.getBean(bean));
			ask(moved);
			ask(moved.mutate().build());
			stream(moved);
		});
		assertThat(this.spans).project("research").hasNoSpans();
		assertThat(this.spans).project("support").hasSpans(6);
		assertThat(output).doesNotContain("is not traced");
	}

	@Test
	void clientBehindAProxyKeepsItsNameAndIsNotTracedAgain() {
		this.runner.run((context) -> {
			BraintrustProjects projects = context.getBean(BraintrustProjects.class);
			ChatClient proxied = context.getBean("proxied", ChatClient.class);
			assertThat(projects.instrument("research", proxied)).isSameAs(proxied);
			ask(projects.instrument("support", proxied));
		});
		assertThat(this.spans).project("support").hasTrace((trace) -> trace.root("triage"));
	}

	private static void ask(ChatClient chat) {
		assertThat(chat.prompt("Where is my order?").call().content()).isEqualTo("fine");
	}

	private static void stream(ChatClient chat) {
		assertThat(chat.prompt("Where is my order?").stream().content().blockLast()).isEqualTo("fine");
	}

	private static ChatClient proxy(ChatClient client) {
		ProxyFactory factory = new ProxyFactory(client);
		factory.setOpaque(false);
		return (ChatClient) factory.getProxy();
	}

	private static ScriptedModel model() {
		return new ScriptedModel().says("fine").says("fine").says("fine").says("fine");
	}

	@Configuration(proxyBeanMethods = false)
	static class OfResearch {

		@Bean
		ChatClient plain() {
			return ChatClient.create(model());
		}

		@Bean
		ChatClient instrumented(BraintrustProjects projects) {
			return projects.instrument("research", ChatClient.create(model()));
		}

		@Bean
		ChatClient built(BraintrustProjects projects) {
			return projects.instrument("research", ChatClient.builder(model())).build();
		}

		@Bean
		ChatClient mutated(BraintrustProjects projects) {
			return projects.instrument("research", ChatClient.create(model())).mutate().build();
		}

		@Bean
		ChatClient mutatedRequest(BraintrustProjects projects) {
			return projects.instrument("research", ChatClient.create(model())).prompt().mutate().build();
		}

		@Bean
		@BraintrustProject("research")
		ChatClient annotated() {
			return ChatClient.create(model());
		}

		@Bean
		ChatClient mutatedBean(@BraintrustProject("research") ChatClient annotated) {
			return annotated.mutate().build();
		}

		@Bean
		ChatClient proxied(BraintrustProjects projects) {
			return proxy(projects.instrument("research", "triage", ChatClient.create(model())));
		}

		@Bean
		ChatClient decorated(BraintrustProjects projects) {
			return new Decorator(projects.instrument("research", ChatClient.create(model())));
		}

		@Bean
		@Scope(scopeName = "prototype", proxyMode = ScopedProxyMode.INTERFACES)
		@BraintrustProject("research")
		ChatClient scoped() {
			return ChatClient.create(model());
		}

		@Bean
		Object lazy(@Lazy @BraintrustProject("research") ChatClient annotated) {
			return annotated;
		}

	}

	/**
	 * An application's client that delegates all calls.
	 */
	private record Decorator(ChatClient client) implements ChatClient {

		@Override
		public ChatClientRequestSpec prompt() {
			return this.client.prompt();
		}

		@Override
		public ChatClientRequestSpec prompt(String content) {
			return this.client.prompt(content);
		}

		@Override
		public ChatClientRequestSpec prompt(Prompt prompt) {
			return this.client.prompt(prompt);
		}

		@Override
		public Builder mutate() {
			return this.client.mutate();
		}

	}

}
