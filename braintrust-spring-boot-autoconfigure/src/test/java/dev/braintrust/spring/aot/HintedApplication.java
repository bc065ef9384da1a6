package dev.braintrust.spring.aot;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustChatAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustObservationAutoConfiguration;
import dev.braintrust.spring.prompt.LoadedPrompt;
import dev.braintrust.spring.support.OtlpReceiver;
import dev.braintrust.spring.support.ScriptedModel;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.openai.OpenAiChatOptions;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.aot.agent.RecordedInvocation;
import org.springframework.aot.agent.RecordedInvocationsListener;
import org.springframework.aot.agent.RecordedInvocationsPublisher;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.core.env.MapPropertySource;
import org.springframework.javapoet.ClassName;

/**
 * Uses the starter with Spring's agent for runtime hints, and prints all uses of
 * reflection. A use without a hint is marked with {@value #MISSING}.
 */
public final class HintedApplication {

	static final String MISSING = "no hint for ";

	static final String KNOWN = "a hint for ";

	// Generic code that reflects on its arguments. Bean creation is included, because it
	// is replaced by generated code ahead of time.
	private static final Pattern BETWEEN = Pattern
		.compile("(java|jdk|org\\.springframework\\.(aot|util))\\..*" + "|org\\.springframework\\.beans\\.[A-Z].*");

	// A native image has no jars.
	private static final String OK_HTTP = "okhttp3/OkHttpClient.class";

	private HintedApplication() {
	}

	public static void main(String[] args) {
		try (OtlpReceiver receiver = new OtlpReceiver()) {
			RuntimeHints hints = hints(receiver);
			Queue<RecordedInvocation> invocations = new ConcurrentLinkedQueue<>();
			RecordedInvocationsListener listener = invocations::add;
			RecordedInvocationsPublisher.addListener(listener);
			try (AnnotationConfigApplicationContext context = context(receiver)) {
				context.refresh();
				use(context);
				receiver.awaitSpans(7);
			}
			RecordedInvocationsPublisher.removeListener(listener);
			invocations.stream()
				.filter(HintedApplication::isOurs)
				.filter((invocation) -> !invocation.getArguments().contains(OK_HTTP))
				.forEach(
						(invocation) -> System.out.println((invocation.matches(hints) ? KNOWN : MISSING) + invocation));
		}
	}

	private static RuntimeHints hints(OtlpReceiver receiver) {
		TestGenerationContext generation = new TestGenerationContext(
				ClassName.get("dev.braintrust.spring.aot", "Generated"));
		new ApplicationContextAotGenerator().processAheadOfTime(context(receiver), generation);
		return generation.getRuntimeHints();
	}

	private static AnnotationConfigApplicationContext context(OtlpReceiver receiver) {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		context.getEnvironment()
			.getPropertySources()
			.addFirst(new MapPropertySource("test",
					Map.of("braintrust.api-url", receiver.url(), "braintrust.api-key", "sk-test",
							"braintrust.projects.support.name", "Support Agent", "braintrust.capture.contnet", "x")));
		context.register(App.class);
		return context;
	}

	private static void use(AnnotationConfigApplicationContext context) {
		ChatClient chat = context.getBean(ChatClient.class);
		context.getBean("braintrust.projects.support.tracer", ProjectTracer.class)
			.rootSpan("answer")
			.input(Map.of("question", "Where?"))
			.run((span) -> chat.prompt("Where?").call().content());
		chat.prompt("Where?").stream().content().collectList().block();
		LoadedPrompt.of("greeter", JsonMapper.shared().readTree("""
				{"prompt": {"messages": [{"role": "user", "content": "{{text}}"}]},
				"options": {"params": {"seed": 7, "response_format": {"type": "json_object"}}}}"""))
			.applyTo(ChatClient.create(new OpenAiOptions()).prompt(), Map.of("text", "Where?"))
			.call()
			.content();
	}

	// Whether the starter has made the reflective call, ignoring generic code of Spring
	// and the JDK in between.
	private static boolean isOurs(RecordedInvocation invocation) {
		return invocation.getStackFrames()
			.map(StackWalker.StackFrame::getClassName)
			.filter((name) -> !BETWEEN.matcher(name).matches())
			.findFirst()
			.filter((name) -> name.startsWith("dev.braintrust.spring.")
					&& !name.startsWith("dev.braintrust.spring.aot.")
					&& !name.startsWith("dev.braintrust.spring.support."))
			.isPresent();
	}

	record Order(int number) {
	}

	/**
	 * A model with OpenAI's options.
	 */
	private static final class OpenAiOptions implements ChatModel {

		@Override
		public ChatOptions getOptions() {
			return OpenAiChatOptions.builder().build();
		}

		@Override
		public ChatResponse call(Prompt prompt) {
			return ScriptedModel.response(AssistantMessage.builder().content("There."));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ BraintrustAutoConfiguration.class, BraintrustObservationAutoConfiguration.class,
			BraintrustChatAutoConfiguration.class })
	static class App {

		@Bean
		@BraintrustProject("support")
		ChatClient supportChat() {
			ToolCallback tool = FunctionToolCallback.builder("lookUpOrder", Order::toString)
				.description("Looks up an order")
				.inputType(Order.class)
				.build();
			return ChatClient
				.builder(
						new ScriptedModel().callsTool("lookUpOrder", "{\"number\":4711}").says("There.").says("There."))
				.defaultToolCallbacks(tool)
				.build();
		}

	}

}
