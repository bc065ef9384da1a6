package dev.braintrust.spring.prompt;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

import com.samskivert.mustache.Mustache;
import dev.braintrust.spring.BraintrustPrompt;
import dev.braintrust.spring.test.ScriptedChatModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.MessageType;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.content.Media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests of {@link LoadedPrompt}.
 */
class LoadedPromptTests {

	private final ScriptedChatModel model = new ScriptedChatModel("an answer");

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
			Hello {{name}}!|Hello <Ann> & {{x}}!
			{{{name}}} {{&name}}|<Ann> & {{x}} <Ann> & {{x}}
			{{user.city}} {{input.user.city}}|Rome Rome
			{{count}} {{half}} {{yes}}|3 0.5 true
			{{user}}|{"city":"Rome"}
			{{list}}|["a","b"]
			{{#list}}{{.}},{{/list}}|a,b,
			{{#user}}{{city}}{{/user}}|Rome
			{{^none}}empty{{/none}}{{#none}}full{{/none}}|empty
			[{{missing}}{{missing.deep}}{{nothing}}]|[]
			{{! a comment }}x|x
			{{=<% %>=}}<%count%>|3
			""")
	void textIsRenderedAsData(String template, String expected) {
		assertThat(rendered(prompt(template, ""))).isEqualTo(expected);
	}

	@Test
	void templateReadsJsonAndCallsNothing() {
		assertThat(rendered(prompt("[{{name.class}}{{name.bytes}}{{list.size}}{{user.entrySet}}{{class}}]", "")))
			.isEqualTo("[]");
		Map<String, Object> variables = Map.of("run", (Mustache.Lambda) (fragment, out) -> out.write("called"));
		assertThat(prompt("[{{#run}}x{{/run}}]", "").render(variables).toString()).doesNotContain("called");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{{> other}}", "{{#a}}", "{{/a}}", "{{#a}}{{/b}}" })
	void templateThatCannotBeRenderedIsAnError(String template) {
		assertThatIllegalStateException().isThrownBy(() -> rendered(prompt(template, "")))
			.withMessage("The prompt 'greeter' is not a valid template, or has partials, which are not supported");
	}

	@Test
	void templateIsBounded() {
		assertThatIllegalStateException().isThrownBy(() -> rendered(prompt("{{a}}" + "x".repeat(1 << 20), "")))
			.withMessage("The prompt 'greeter' is longer than 1048576 characters");
		String deep = "{{#user}}".repeat(50_000) + "{{/user}}".repeat(50_000);
		assertThatIllegalStateException().isThrownBy(() -> rendered(prompt(deep, "")))
			.withMessageMatching("The prompt 'greeter' (is nested too deep|is not a valid template, .*|"
					+ "repeats its sections and variables too often)");
		Map<String, Object> many = Map.of("l", Collections.nCopies(1000, "x"));
		assertThatIllegalStateException()
			.isThrownBy(() -> prompt("{{#l}}{{#l}}{{#l}}{{/l}}{{/l}}{{/l}}", "").render(many))
			.withMessage("The prompt 'greeter' repeats its sections and variables too often");
		Map<String, Object> long1 = Map.of("l", Collections.nCopies(1000, "x"), "t", "y".repeat(100_000));
		assertThatIllegalStateException().isThrownBy(() -> prompt("{{#l}}{{t}}{{/l}}", "").render(long1))
			.withMessage("The prompt 'greeter' is longer than 16777216 characters");
	}

	// Each item looks up each variable in itself and in all enclosing sections.
	@ParameterizedTest
	@ValueSource(strings = { "{{a}}", "{{a.b}}", "{{^a}}{{/a}}", "{{#a}}{{/a}}" })
	void lookupsOfWhatIsMissingAreCounted(String missing) {
		Map<String, Object> items = Map.of("l", Collections.nCopies(1000, "x"));
		assertThat(rendered(prompt("{{#l}}" + missing.repeat(100) + "{{/l}}", ""), items)).isEmpty();
		assertThatIllegalStateException()
			.isThrownBy(() -> rendered(prompt("{{#l}}" + missing.repeat(1000) + "{{/l}}", ""), items))
			.withMessage("The prompt 'greeter' repeats its sections and variables too often");
		// The lookups are counted once each, not their square.
		Map<String, Object> once = Map.of("l", List.of("x"));
		assertThat(rendered(prompt("{{#l}}" + missing.repeat(50_000) + "{{/l}}", ""), once)).isEmpty();
		assertThatIllegalStateException().isThrownBy(
				() -> rendered(prompt("{{#l}}".repeat(100) + missing.repeat(20_000) + "{{/l}}".repeat(100), ""), once))
			.withMessage("The prompt 'greeter' repeats its sections and variables too often");
		String longName = "{{" + "a.".repeat(10_000) + "a}}";
		assertThatIllegalStateException().isThrownBy(() -> rendered(prompt("{{#l}}" + longName + "{{/l}}", ""), items))
			.withMessage("The prompt 'greeter' repeats its sections and variables too often");
	}

	@Test
	void strictPromptNamesTheMissingVariable() {
		LoadedPrompt strict = prompt("Hello {{name}}, {{missing}}", "").strict();
		assertThatIllegalStateException().isThrownBy(() -> rendered(strict))
			.withMessage("The prompt 'greeter' needs the variable 'missing', which has no value");
		assertThatIllegalStateException().isThrownBy(() -> rendered(prompt("{{#gone}}x{{/gone}}", "").strict()))
			.withMessageContaining("'gone'");
		assertThat(rendered(prompt("Hello {{user.city}}", "").strict())).isEqualTo("Hello Rome");
	}

	@Test
	void otherFormatsAreTakenAsTheyAreOrRefused() {
		assertThat(rendered(prompt("Hello {{name}}", ",\"template_format\":\"none\""))).isEqualTo("Hello {{name}}");
		assertThatIllegalArgumentException().isThrownBy(() -> prompt("x", ",\"template_format\":\"nunjucks\""))
			.withMessage("The prompt 'greeter' is a template of Nunjucks, which cannot be rendered in Java. "
					+ "Change it to Mustache in Braintrust.");
		assertThatIllegalArgumentException().isThrownBy(() -> prompt("x", ",\"template_format\":\"erb\""));
		assertThatIllegalArgumentException().isThrownBy(() -> read("{\"prompt\":{\"type\":\"image\"}}"));
		assertThatIllegalArgumentException().isThrownBy(() -> read("{}"));
	}

	@Test
	@SuppressWarnings("unchecked")
	void templateWithoutItsLibraryIsAnErrorThatNamesIt() throws Exception {
		URL[] urls = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
			.filter((entry) -> !entry.contains("jmustache"))
			.map(LoadedPromptTests::url)
			.toArray(URL[]::new);
		try (URLClassLoader loader = new URLClassLoader(urls, ClassLoader.getPlatformClassLoader())) {
			Class<?> code = loader.loadClass(WithoutMustache.class.getName());
			Function<String, String> render = (Function<String, String>) code.getDeclaredConstructor().newInstance();
			assertThat(render.getClass().getClassLoader()).isSameAs(loader);
			assertThat(render.apply("mustache")).isEqualTo("The prompt 'greeter' is a Mustache template, which "
					+ "needs a library that is missing. Add the dependency 'com.samskivert:jmustache'.");
			assertThat(render.apply("none")).isEqualTo("Hello {{name}}");
		}
	}

	@Test
	void completionIsOneMessageOfTheUser() {
		LoadedPrompt prompt = read("{\"prompt\":{\"type\":\"completion\",\"content\":\"Say {{name}}\"}}");
		assertThat(prompt.render(Map.of("name", "hi"))).containsExactly(Map.of("role", "user", "content", "Say hi"));
	}

	@Test
	void requestGetsMessagesModelAndParameters() {
		LoadedPrompt prompt = read("""
				{"id":"p-1","project_id":"r-1","_xact_id":"17","prompt_data":{
				"prompt":{"type":"chat","tools":"[1]","messages":[
				{"role":"system","content":"Be kind to {{name}}."},
				{"role":"user","content":[{"type":"text","text":"Look, {{name}}"},
				{"type":"image_url","image_url":{"url":"{{image}}"}},
				{"type":"image_url","image_url":{"url":"data:image/png;base64,QUJD"}}]},
				{"role":"assistant","content":"","tool_calls":[{"id":"c1","type":"function",
				"function":{"name":"see","arguments":"{\\"a\\":1}"}}]},
				{"role":"tool","tool_call_id":"c1","content":"seen"},
				{"role":"user","content":"And?"}]},
				"options":{"model":"gpt-5-mini","params":{"temperature":0,"max_tokens":100,"top_p":0.5,
				"stop":["END"],"response_format":{"type":"json_object"}}}}}""");
		ChatClient chat = ChatClient.create(this.model);
		Map<String, Object> variables = Map.of("name", "Ann", "image", "https://example.com/a.PNG?x=1");
		String answer = prompt.applyTo(chat.prompt(), variables).call().content();
		assertThat(answer).isEqualTo("an answer");
		Prompt sent = this.model.prompts().get(0);
		assertThat(sent.getInstructions()).extracting(Message::getMessageType)
			.containsExactly(MessageType.SYSTEM, MessageType.USER, MessageType.ASSISTANT, MessageType.TOOL,
					MessageType.USER);
		assertThat(sent.getInstructions().get(0).getText()).isEqualTo("Be kind to Ann.");
		UserMessage user = (UserMessage) sent.getInstructions().get(1);
		assertThat(user.getText()).isEqualTo("Look, Ann");
		assertThat(user.getMedia()).extracting(Media::getData)
			.containsExactly("https://example.com/a.PNG?x=1", "data:image/png;base64,QUJD");
		assertThat(user.getMedia()).extracting((media) -> media.getMimeType().toString())
			.containsExactly("image/png", "image/png");
		assertThat(((AssistantMessage) sent.getInstructions().get(2)).getToolCalls()).hasSize(1);
		ChatOptions options = sent.getOptions();
		assertThat(options.getModel()).isEqualTo("gpt-5-mini");
		assertThat(options.getTemperature()).isZero();
		assertThat(options.getMaxTokens()).isEqualTo(100);
		assertThat(options.getTopP()).isEqualTo(0.5);
		assertThat(options.getStopSequences()).containsExactly("END");
		assertThat(prompt.parameters()).containsEntry("response_format", Map.of("type", "json_object"));
		assertThat(prompt.tools()).isEqualTo("[1]");
		assertThat(prompt.reference(variables)).isEqualTo(new BraintrustPrompt("p-1", "r-1", "17", variables));
	}

	@ParameterizedTest
	@ValueSource(strings = { "file:///etc/passwd", "classpath:application.yml", "ftp://example.com/a.png",
			"data:text/html,x", "data:image/png", "/etc/passwd" })
	void imageIsNoFileOfThisMachine(String url) {
		LoadedPrompt prompt = read("{\"prompt\":{\"messages\":[{\"role\":\"user\",\"content\":"
				+ "[{\"type\":\"image_url\",\"image_url\":{\"url\":\"{{url}}\"}}]}]}}");
		assertThatIllegalStateException()
			.isThrownBy(() -> prompt.applyTo(ChatClient.create(this.model).prompt(), Map.of("url", url)))
			.withMessage("An image of a prompt is neither an HTTP URL nor a data URL of an image");
	}

	@Test
	void textsOfSpringAiAreNoTemplates() {
		LoadedPrompt prompt = prompt("{\\\"a\\\": <b>} {{name}}", "");
		prompt.applyTo(ChatClient.create(this.model).prompt(), Map.of("name", "{c}")).call().content();
		assertThat(this.model.prompts().get(0).getInstructions().get(0).getText()).isEqualTo("{\"a\": <b>} {c}");
	}

	@Test
	void promptWithoutAModelLeavesTheOptionsOfTheClient() {
		ChatClient chat = ChatClient.builder(this.model).defaultOptions(ChatOptions.builder().temperature(0.9)).build();
		prompt("x", "").applyTo(chat.prompt(), Map.of()).call().content();
		assertThat(this.model.prompts().get(0).getOptions().getTemperature()).isEqualTo(0.9);
	}

	@Test
	void promptWithoutAnIdHasNoReference() {
		assertThat(prompt("x", "").reference(Map.of())).isNull();
		assertThat(prompt("x", "").version()).isNull();
		assertThat(prompt("x", "").model()).isNull();
	}

	private static String rendered(LoadedPrompt prompt) {
		Map<String, Object> variables = new HashMap<>(Map.of("name", "<Ann> & {{x}}", "count", 3, "half", 0.5, "yes",
				true, "user", Map.of("city", "Rome"), "list", List.of("a", "b")));
		variables.put("nothing", null);
		return rendered(prompt, variables);
	}

	private static String rendered(LoadedPrompt prompt, Map<String, Object> variables) {
		return String.valueOf(prompt.render(variables).get(0).get("content"));
	}

	private static URL url(String entry) {
		try {
			return new File(entry).toURI().toURL();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static LoadedPrompt prompt(String template, String more) {
		return read("{\"prompt\":{\"type\":\"chat\",\"messages\":[{\"role\":\"user\",\"content\":\"" + template
				+ "\"}]}" + more + "}");
	}

	private static LoadedPrompt read(String json) {
		return LoadedPrompt.of("greeter", JsonMapper.shared().readTree(json));
	}

	/**
	 * The code of an application without jmustache: renders a prompt in a template
	 * format, or returns the error.
	 */
	public static final class WithoutMustache implements Function<String, String> {

		@Override
		public String apply(String format) {
			try {
				return rendered(prompt("Hello {{name}}", ",\"template_format\":\"" + format + "\""));
			}
			catch (IllegalStateException ex) {
				return ex.getMessage();
			}
		}

	}

}
