package dev.braintrust.spring.prompt;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import dev.braintrust.spring.BraintrustPrompt;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.ai.chat.client.ChatClient.ChatClientRequestSpec;
import org.springframework.util.Assert;

/**
 * A prompt from Braintrust, ready to be rendered. It is immutable and thread-safe.
 *
 * <pre class="code">
 * String text = prompt.applyTo(this.chat.prompt(), Map.of("article", article)).call().content();
 * </pre>
 */
public final class LoadedPrompt {

	private final String slug;

	private final JsonNode prompt;

	private final JsonNode data;

	private final boolean strict;

	// The parameters that a warning was logged for.
	private final Set<String> unapplied;

	// Not static, because it caches the classes of variables and options.
	private final JsonMapper mapper;

	private LoadedPrompt(String slug, JsonNode prompt, boolean strict, Set<String> unapplied, JsonMapper mapper) {
		this.slug = slug;
		this.prompt = prompt;
		this.data = prompt.has("prompt_data") ? prompt.path("prompt_data") : prompt;
		this.strict = strict;
		this.unapplied = unapplied;
		this.mapper = mapper;
	}

	/**
	 * Read a prompt.
	 * @param slug the slug of the prompt
	 * @param prompt the prompt as Braintrust's API returns it, or its {@code prompt_data}
	 * @return the prompt
	 * @throws IllegalArgumentException if it is not a prompt, or of a kind that cannot be
	 * rendered
	 */
	public static LoadedPrompt of(String slug, JsonNode prompt) {
		LoadedPrompt loaded = new LoadedPrompt(slug, prompt, false, ConcurrentHashMap.newKeySet(),
				JsonMapper.builder()
					.enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
					.disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
					.build());
		String type = loaded.data.at("/prompt/type").asString("chat");
		Assert.isTrue(loaded.data.path("prompt").isObject() && (type.equals("chat") || type.equals("completion")),
				() -> "The prompt '" + slug + "' has neither messages nor a text");
		String format = loaded.format();
		Assert.isTrue(!format.equals("nunjucks"), () -> "The prompt '" + slug
				+ "' is a template of Nunjucks, which cannot be rendered in Java. Change it to Mustache in Braintrust.");
		Assert.isTrue(format.equals("mustache") || format.equals("none"),
				() -> "The prompt '" + slug + "' has the unknown template format '" + format + "'");
		return loaded;
	}

	/**
	 * The slug of the prompt.
	 * @return the slug
	 */
	public String slug() {
		return this.slug;
	}

	/**
	 * The id of the version.
	 * @return the version, or {@code null} for a fallback
	 */
	public @Nullable String version() {
		return text(this.prompt, "_xact_id");
	}

	/**
	 * The model that the prompt names.
	 * @return the model, or {@code null} if absent
	 */
	public @Nullable String model() {
		return text(this.data.path("options"), "model");
	}

	/**
	 * The model parameters as stored in Braintrust, such as {@code temperature} or
	 * {@code response_format}.
	 * @return the parameters
	 */
	public Map<String, @Nullable Object> parameters() {
		return map(this.data.at("/options/params"));
	}

	/**
	 * The tools of the prompt, in the JSON of OpenAI. The starter does not execute them.
	 * @return the JSON, or {@code null} if absent
	 */
	public @Nullable String tools() {
		return text(this.data.path("prompt"), "tools");
	}

	/**
	 * Return a copy of this prompt that fails if a variable is missing. By default, a
	 * missing variable is rendered as an empty text.
	 * @return a new prompt
	 */
	public LoadedPrompt strict() {
		return new LoadedPrompt(this.slug, this.prompt, true, this.unapplied, this.mapper);
	}

	/**
	 * Render the messages, for clients other than a {@code ChatClient}.
	 * @param variables the variables by name; the name {@code input} refers to all of
	 * them
	 * @return the messages in the JSON of OpenAI's chat completions, such as
	 * <code>{"role": "user", "content": "…"}</code>
	 * @throws IllegalStateException if the prompt cannot be rendered
	 */
	public List<Map<String, @Nullable Object>> render(Map<String, ?> variables) {
		Assert.notNull(variables, "'variables' must not be null");
		Map<String, @Nullable Object> all = new LinkedHashMap<>();
		all.put("input", map(this.mapper.valueToTree(variables)));
		all.putAll(map(this.mapper.valueToTree(variables)));
		PromptText text = new PromptText(this.slug, format().equals("mustache"), this.strict, this.mapper, all);
		JsonNode body = this.data.path("prompt");
		List<Map<String, @Nullable Object>> messages = new ArrayList<>();
		if (!body.has("messages")) {
			messages.add(new LinkedHashMap<>(
					Map.of("role", "user", "content", text.render(body.path("content").asString("")))));
		}
		for (JsonNode message : body.path("messages")) {
			Map<String, @Nullable Object> rendered = map(message);
			rendered.computeIfPresent("content", (key, content) -> text.content(content));
			messages.add(rendered);
		}
		return messages;
	}

	/**
	 * Return the reference that links a model call to this prompt in Braintrust.
	 * {@link #applyTo} attaches it for you.
	 * @param variables the variables that the prompt is rendered with
	 * @return the reference, or {@code null} for a prompt without an id, such as a
	 * fallback file, which Braintrust does not know
	 */
	public @Nullable BraintrustPrompt reference(Map<String, ?> variables) {
		String id = text(this.prompt, "id");
		String projectId = text(this.prompt, "project_id");
		String version = version();
		return (id != null && projectId != null && version != null)
				? new BraintrustPrompt(id, projectId, version, variables) : null;
	}

	/**
	 * Render the prompt into a request: its messages, its model, its parameters, and its
	 * {@link #reference}. Parameters that cannot be set on the model's options are
	 * skipped and named in a warning.
	 * @param request the request; if the prompt has a model or parameters, they replace
	 * the client's default options, as {@code options(…)} does, but not the model's own
	 * @param variables the variables by name; the name {@code input} refers to all of
	 * them
	 * @return the request
	 * @throws IllegalStateException if the prompt cannot be rendered
	 */
	public ChatClientRequestSpec applyTo(ChatClientRequestSpec request, Map<String, ?> variables) {
		Assert.notNull(request, "'request' must not be null");
		request.messages(render(variables).stream().map(ChatPrompt::message).toList());
		new PromptParameters(this.slug, parameters(), this.unapplied, this.mapper).applyTo(request, model());
		BraintrustPrompt reference = reference(variables);
		return (reference != null) ? request.advisors((advisors) -> advisors.param(BraintrustPrompt.PARAM, reference))
				: request;
	}

	private String format() {
		return this.data.path("template_format").asString("mustache");
	}

	@SuppressWarnings("unchecked")
	private Map<String, @Nullable Object> map(JsonNode object) {
		return object.isObject() ? this.mapper.convertValue(object, LinkedHashMap.class) : new LinkedHashMap<>();
	}

	private static @Nullable String text(JsonNode object, String property) {
		String text = object.path(property).asString("");
		return text.isEmpty() ? null : text;
	}

	@Override
	public String toString() {
		return "LoadedPrompt[" + this.slug + ", version " + version() + "]";
	}

}
