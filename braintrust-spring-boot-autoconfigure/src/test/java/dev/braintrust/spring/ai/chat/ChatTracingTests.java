package dev.braintrust.spring.ai.chat;

import java.util.List;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustChatAutoConfiguration;
import dev.braintrust.spring.support.ModelServer;
import dev.braintrust.spring.support.OtlpReceiver;
import dev.braintrust.spring.support.ReceivedSpan;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.model.chat.client.autoconfigure.ChatClientAutoConfiguration;
import org.springframework.ai.model.openai.autoconfigure.OpenAiChatAutoConfiguration;
import org.springframework.ai.model.tool.autoconfigure.ToolCallingAutoConfiguration;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.ai.tool.annotation.ToolParam;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests of the traced {@link ChatClient}, from the application's code to the received
 * bytes, with Spring AI's own model client and real HTTP on both sides.
 */
class ChatTracingTests {

	private final OtlpReceiver receiver = new OtlpReceiver();

	private final ModelServer model = new ModelServer();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(BraintrustAutoConfiguration.class,
				BraintrustChatAutoConfiguration.class, ToolCallingAutoConfiguration.class,
				OpenAiChatAutoConfiguration.class, ChatClientAutoConfiguration.class))
		.withUserConfiguration(Clients.class)
		.withPropertyValues("braintrust.api-url=" + this.receiver.url(), "braintrust.api-key=sk-test",
				"braintrust.projects.support.name=Support Agent", "braintrust.projects.research.id=r-1",
				"spring.ai.openai.base-url=" + this.model.url(), "spring.ai.openai.api-key=sk-model",
				"spring.ai.openai.chat.options.model=gpt-4o-mini", "spring.ai.openai.chat.options.temperature=0.2");

	@AfterEach
	void close() {
		this.receiver.close();
		this.model.close();
	}

	@Test
	void callIsATaskWithTheCallOfTheModelBelowIt() {
		this.model.says("The capital of France is Paris.");
		this.runner.run((context) -> {
			ChatClient chat = context.getBean("supportChat", ChatClient.class);
			assertThat(chat.prompt("What is the capital of France?").call().content())
				.isEqualTo("The capital of France is Paris.");
		});
		List<ReceivedSpan> spans = this.receiver.awaitSpans(2);
		assertThat(spans).extracting(ReceivedSpan::name).containsExactly("Chat Completion", "supportChat");
		ReceivedSpan llm = spans.get(0);
		ReceivedSpan task = spans.get(1);
		assertThat(task.isRoot()).isTrue();
		assertThat(task.type()).isEqualTo("task");
		assertThat(task.input().toString())
			.isEqualTo("[{\"role\":\"user\",\"content\":\"What is the capital of France?\"}]");
		assertThat(task.output().asString()).isEqualTo("The capital of France is Paris.");
		assertThat(task.metrics().toString()).isEqualTo("{\"prompt_tokens\":20,\"completion_tokens\":5,\"tokens\":25}");
		assertThat(llm.isChildOf(task)).isTrue();
		assertThat(llm.type()).isEqualTo("llm");
		assertThat(llm.input().toString()).isEqualTo("[{\"role\":\"system\",\"content\":\"You are kind.\"},"
				+ "{\"role\":\"user\",\"content\":\"What is the capital of France?\"}]");
		assertThat(llm.output().toString()).isEqualTo("[{\"index\":0,\"finish_reason\":\"stop\",\"message\":"
				+ "{\"role\":\"assistant\",\"content\":\"The capital of France is Paris.\"}}]");
		assertThat(llm.metadata().toString())
			.isEqualTo("{\"provider\":\"openai\",\"temperature\":0.2,\"model\":\"gpt-4o-mini-2024-07-18\"}");
		assertThat(llm.metrics().toString())
			.isEqualTo("{\"prompt_tokens\":20,\"completion_tokens\":5,\"tokens\":25,\"prompt_cached_tokens\":8}");
	}

	@Test
	void spansGoToTheProjectOfTheClient() {
		this.model.says("one").says("two");
		this.runner.run((context) -> {
			context.getBean("supportChat", ChatClient.class).prompt("1").call().content();
			context.getBean("researchChat", ChatClient.class).prompt("2").call().content();
		});
		List<ReceivedSpan> spans = this.receiver.awaitSpans(4);
		assertThat(spans).allSatisfy((span) -> {
			assertThat(span.request().path()).isEqualTo("/otel/v1/traces");
			assertThat(span.request().contentType()).isEqualTo("application/x-protobuf");
			assertThat(span.request().authorization()).isEqualTo("Bearer sk-test");
			assertThat(span.request().parent()).isEqualTo(span.parent());
			assertThat(span.json("braintrust.context_json").path("span_origin").path("name").asString())
				.isEqualTo("braintrust-spring-boot-starter");
		});
		assertThat(spans).filteredOn((span) -> span.name().equals("supportChat"))
			.singleElement()
			.satisfies((span) -> assertThat(span.parent()).isEqualTo("project_name:Support Agent"));
		assertThat(spans).filteredOn((span) -> span.name().equals("researchChat"))
			.singleElement()
			.satisfies((span) -> assertThat(span.parent()).isEqualTo("project_id:r-1"));
	}

	@Test
	void eachToolExecutionIsASpanBetweenTheCallsOfTheModel() {
		this.model.callsTool("call_1", "weather", "{\"city\": \"Paris\"}").says("It is 18 degrees.");
		this.runner.run((context) -> {
			ChatClient chat = context.getBean("supportChat", ChatClient.class);
			assertThat(chat.prompt("Weather?").tools(new Weather()).call().content()).isEqualTo("It is 18 degrees.");
		});
		List<ReceivedSpan> spans = this.receiver.awaitSpans(4);
		assertThat(spans).extracting(ReceivedSpan::name)
			.containsExactly("Chat Completion", "weather", "Chat Completion", "supportChat");
		ReceivedSpan task = spans.get(3);
		assertThat(spans.subList(0, 3)).allMatch((span) -> span.isChildOf(task));
		assertThat(spans.get(0).output().toString()).isEqualTo("[{\"index\":0,\"finish_reason\":\"tool_calls\","
				+ "\"message\":{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"call_1\","
				+ "\"type\":\"function\",\"function\":{\"name\":\"weather\","
				+ "\"arguments\":\"{\\\"city\\\": \\\"Paris\\\"}\"}}]}}]");
		assertThat(spans.get(0).metadata().path("tools")).hasSize(2).allSatisfy((definition) -> {
			assertThat(definition.path("type").asString()).isEqualTo("function");
			assertThat(definition.at("/function/name").asString()).isIn("weather", "broken");
			assertThat(definition.at("/function/description").asString()).isIn("The weather of a city", "Fails");
			assertThat(definition.at("/function/parameters/type").asString()).isEqualTo("object");
		});
		ReceivedSpan tool = spans.get(1);
		assertThat(tool.type()).isEqualTo("tool");
		assertThat(tool.input().toString()).isEqualTo("{\"city\":\"Paris\"}");
		assertThat(tool.output().toString()).isEqualTo("{\"degrees\":18}");
		assertThat(spans.get(2).input().at("/3/role").asString()).isEqualTo("tool");
		assertThat(spans.get(2).input().at("/3/tool_call_id").asString()).isEqualTo("call_1");
		assertThat(task.metrics().path("tokens").asInt()).isEqualTo(50);
	}

	@Test
	void toolThatThrowsIsAnErrorOfItsSpanThoughTheModelGetsAText() {
		this.model.callsTool("call_1", "broken", "{}").says("Sorry.");
		this.runner.run((context) -> {
			ChatClient chat = context.getBean("supportChat", ChatClient.class);
			assertThat(chat.prompt("Try").tools(new Weather()).call().content()).isEqualTo("Sorry.");
		});
		List<ReceivedSpan> spans = this.receiver.awaitSpans(4);
		assertThat(spans.get(1).error()).isTrue();
		assertThat(spans.get(1).statusMessage()).isEqualTo("no weather today");
		assertThat(spans.get(3).error()).isFalse();
	}

	@Test
	void streamGivesTheSameSpansAsACall() {
		this.model.streamsToolCall("call_1", "weather", "{\"city\": \"Paris\"}").streams("It is ", "18 ", "degrees.");
		this.runner.run((context) -> {
			ChatClient chat = context.getBean("supportChat", ChatClient.class);
			assertThat(chat.prompt("Weather?").tools(new Weather()).stream().content().collectList().block())
				.containsExactly("It is ", "18 ", "degrees.");
		});
		List<ReceivedSpan> spans = this.receiver.awaitSpans(4);
		assertThat(spans).extracting(ReceivedSpan::name)
			.containsExactly("Chat Completion", "weather", "Chat Completion", "supportChat");
		ReceivedSpan task = spans.get(3);
		assertThat(spans.subList(0, 3)).allMatch((span) -> span.isChildOf(task));
		assertThat(spans.get(0).output().at("/0/message/tool_calls/0/function/arguments").asString())
			.isEqualTo("{\"city\": \"Paris\"}");
		ReceivedSpan last = spans.get(2);
		assertThat(last.output().toString()).isEqualTo("[{\"index\":0,\"finish_reason\":\"stop\",\"message\":"
				+ "{\"role\":\"assistant\",\"content\":\"It is 18 degrees.\"}}]");
		assertThat(last.metrics().path("tokens").asInt()).isEqualTo(25);
		assertThat(last.metrics().path("prompt_cached_tokens").asInt()).isEqualTo(8);
		assertThat(last.metrics().path("time_to_first_token").asDouble()).isPositive().isLessThan(20);
		assertThat(last.metadata().path("model").asString()).isEqualTo("gpt-4o-mini-2024-07-18");
		assertThat(task.output().asString()).isEqualTo("It is 18 degrees.");
		assertThat(task.metrics().path("tokens").asInt()).isEqualTo(50);
	}

	@Test
	void promptOfAnEntityIsRecordedAsItIsSent() {
		this.model.says("{\\\"degrees\\\": 18}");
		this.runner.run((context) -> {
			ChatClient chat = context.getBean("supportChat", ChatClient.class);
			assertThat(chat.prompt("Weather?").call().entity(Degrees.class)).isEqualTo(new Degrees(18));
		});
		List<ReceivedSpan> spans = this.receiver.awaitSpans(2);
		String sent = this.model.requests().get(0).at("/messages/1/content").asString();
		assertThat(sent).contains("Weather?").contains("JSON Schema");
		assertThat(spans.get(0).input().at("/1/content").asString()).isEqualTo(sent);
		assertThat(spans.get(1).input().at("/0/content").asString()).isEqualTo("Weather?");
		assertThat(spans.get(1).output().asString()).isEqualTo("{\"degrees\": 18}");
	}

	@Test
	void errorOfTheModelReachesTheCallerAsItIsAndBothSpans() {
		this.model.answers(401, "application/json", "{\"error\": {\"message\": \"bad key\"}}");
		this.runner.run((context) -> {
			ChatClient chat = context.getBean("supportChat", ChatClient.class);
			assertThatThrownBy(() -> chat.prompt("Hello").call().content()).hasMessageContaining("bad key")
				.hasNoSuppressedExceptions();
		});
		List<ReceivedSpan> spans = this.receiver.awaitSpans(2);
		assertThat(spans).allMatch(ReceivedSpan::error)
			.allSatisfy((span) -> assertThat(span.statusMessage()).contains("bad key"));
	}

	@Test
	void clientOfNoProjectIsLeftAlone() {
		this.model.says("plain");
		this.runner.run((context) -> {
			ChatClient chat = context.getBean("plainChat", ChatClient.class);
			assertThat(chat).isNotInstanceOf(ProjectChatClient.class);
			chat.prompt("Hello").call().content();
			context.getBean(BraintrustProjects.class).flush(java.time.Duration.ofMinutes(1));
		});
		assertThat(this.receiver.requests()).isEmpty();
	}

	record Degrees(int degrees) {
	}

	static class Weather {

		@Tool(name = "weather", description = "The weather of a city")
		Degrees weather(@ToolParam(description = "the city") String city) {
			return new Degrees(18);
		}

		@Tool(name = "broken", description = "Fails")
		Degrees broken() {
			throw new IllegalStateException("no weather today");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Clients {

		@Bean
		@BraintrustProject("support")
		ChatClient supportChat(ChatClient.Builder builder) {
			return builder.defaultSystem("You are kind.").build();
		}

		@Bean
		@BraintrustProject("research")
		ChatClient researchChat(ChatClient.Builder builder) {
			return builder.build();
		}

		@Bean
		ChatClient plainChat(ChatClient.Builder builder) {
			return builder.build();
		}

	}

}
