package com.example;

import java.time.Duration;
import java.util.List;

import dev.braintrust.spring.test.RecordedSpans;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.memory.ChatMemory;
import org.springframework.ai.document.Document;
import org.springframework.ai.mcp.annotation.McpTool;
import org.springframework.ai.mcp.annotation.McpToolParam;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.stereotype.Component;

/**
 * An application with chat memory, retrieval and tools of an MCP server. Its traces are
 * shown in {@code docs/memory-rag-mcp.md}.
 */
@SpringBootApplication
public class Application {

	private static final String MEMORY = """
			Braintrust project support
			└─ memoryChat (task)  Where is my order 4711? → On its way.
			   └─ Chat Completion (llm) scripted  Where is my order 4711? → On its way.
			└─ memoryChat (task)  When? → Tomorrow.
			   └─ Chat Completion (llm) scripted  When? → Tomorrow.
			""";

	private static final String ANSWER = """
			Braintrust project support
			└─ questionChat (task)  How long does it take? → Three days.
			   ├─ Embedding (llm)
			   ├─ Embedding (llm)
			   └─ Chat Completion (llm) scripted  How long does it take?  Context information is below, surrou… → Three days.
			""";

	private static final String RETRIEVAL = """
			Braintrust project support
			└─ retrievalChat (task)  How long does it take? → Three days.
			   ├─ rewrite (task)  Given a user query, rewrite it to provide better results whe… → delivery time
			   │  └─ Chat Completion (llm) scripted  Given a user query, rewrite it to provide better results whe… → delivery time
			   ├─ Embedding (llm)
			   ├─ Embedding (llm)
			   └─ Chat Completion (llm) scripted  Context information is below.  --------------------- Parcels… → Three days.
			""";

	private static final String TOOLS = """
			Braintrust project support
			└─ toolChat (task)  Where is my order 4711? → On its way.
			   ├─ Chat Completion (llm) scripted  Where is my order 4711? → [{"index":0,"finish_reason":"tool_calls","message":{"role":"…
			   ├─ lookUpOrder (tool)  {"number":4711} → [{"text":"shipped"}]
			   └─ Chat Completion (llm) scripted  [{"text":"shipped"}] → On its way.
			""";

	public static void main(String[] args) {
		// A thread of Spring AI's retrieval advisor would keep the process alive.
		int status = 1;
		try {
			run();
			status = 0;
		}
		catch (Throwable ex) {
			ex.printStackTrace();
		}
		System.exit(status);
	}

	private static void run() {
		try (Services services = new Services(); ConfigurableApplicationContext context = start()) {
			ScriptedModel model = context.getBean(ScriptedModel.class);
			memory(context, model.says("On its way.").says("Tomorrow."));
			context.getBean(VectorStore.class).add(List.of(new Document("Parcels arrive within three days.")));
			spans(context).clear();
			ask(context, "questionChat", model.says("Three days."), ANSWER);
			ask(context, "retrievalChat", model.says("delivery time").says("Three days."), RETRIEVAL);
			tools(context, model.callsTool("lookUpOrder", "{\"number\":4711}").says("On its way."));
		}
	}

	private static ConfigurableApplicationContext start() {
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.SERVLET)
			.properties("server.port=0", "spring.main.banner-mode=off", "logging.level.root=warn",
					"logging.level.org.springframework=error",
					"braintrust.projects.support.name=Support", "braintrust.api-key=sk-test",
					"braintrust.check-on-startup=false", "spring.ai.mcp.client.enabled=false",
					"spring.ai.mcp.server.protocol=streamable")
			.run();
	}

	private static void memory(ConfigurableApplicationContext context, ScriptedModel model) {
		ChatClient chat = context.getBean("memoryChat", ChatClient.class);
		for (String question : List.of("Where is my order 4711?", "When?")) {
			chat.prompt(question)
				.advisors((advisors) -> advisors.param(ChatMemory.CONVERSATION_ID, "c-1"))
				.call()
				.content();
		}
		check(context, MEMORY);
	}

	private static void ask(ConfigurableApplicationContext context, String bean, ScriptedModel model, String traces) {
		context.getBean(bean, ChatClient.class).prompt("How long does it take?").call().content();
		check(context, traces);
	}

	private static void tools(ConfigurableApplicationContext context, ScriptedModel model) {
		String url = "http://localhost:" + context.getEnvironment().getProperty("local.server.port");
		try (McpSyncClient orders = McpClient.sync(HttpClientStreamableHttpTransport.builder(url).build())
			.requestTimeout(Duration.ofMinutes(1))
			.build()) {
			orders.initialize();
			context.getBean(Agents.class).toolChat(orders).prompt("Where is my order 4711?").call().content();
		}
		check(context, TOOLS);
	}

	private static void check(ConfigurableApplicationContext context, String traces) {
		Services.check(spans(context).toString().strip(), traces.strip());
		spans(context).clear();
	}

	private static RecordedSpans spans(ConfigurableApplicationContext context) {
		return context.getBean(RecordedSpans.class);
	}

	@Component
	static class OrderTools {

		@McpTool(name = "lookUpOrder", description = "Looks up an order")
		public String lookUpOrder(@McpToolParam(description = "the number of the order") int number) {
			return "shipped";
		}

	}

}
