package dev.braintrust.spring.prompt;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.ai.chat.client.ChatClient.ChatClientRequestSpec;
import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.client.advisor.api.CallAdvisor;
import org.springframework.ai.chat.client.advisor.api.CallAdvisorChain;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisor;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisorChain;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.beans.BeanUtils;
import org.springframework.core.Ordered;
import org.springframework.util.ClassUtils;
import org.springframework.util.CollectionUtils;
import org.springframework.util.ObjectUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Applies the parameters of a prompt to a request: portable ones as {@link ChatOptions},
 * the others to the options of the request's model. These are only known when the request
 * is sent, so this is an advisor.
 */
final class PromptParameters implements CallAdvisor, StreamAdvisor {

	private static final Log logger = LogFactory.getLog(PromptParameters.class);

	// A prompt is written by others. It may change the answer, not the request's target.
	private static final Set<String> SETTABLE = Set.of("logitBias", "logprobs", "maxCompletionTokens", "metadata", "n",
			"parallelToolCalls", "promptCacheKey", "reasoningEffort", "responseFormat", "seed", "serviceTier", "store",
			"toolChoice", "topLogprobs", "user", "verbosity");

	// Providers reject these in a request without tools.
	private static final Set<String> OF_TOOLS = Set.of("parallelToolCalls", "toolChoice");

	// A parameter of Braintrust's own proxy.
	private static final String USE_CACHE = "use_cache";

	private final String slug;

	private final Map<String, Object> parameters = new LinkedHashMap<>();

	private final Set<String> warned;

	private final JsonMapper mapper;

	PromptParameters(String slug, Map<String, @Nullable Object> parameters, Set<String> warned, JsonMapper mapper) {
		this.slug = slug;
		this.warned = warned;
		this.mapper = mapper;
		parameters.forEach((name, value) -> {
			if (!ObjectUtils.isEmpty(value) && !name.equals(USE_CACHE)) {
				this.parameters.put(name, value);
			}
		});
	}

	void applyTo(ChatClientRequestSpec request, @Nullable String model) {
		if (model == null && this.parameters.isEmpty()) {
			return;
		}
		request.options(options(model));
		if (!this.parameters.isEmpty()) {
			request.advisors(this);
		}
	}

	// Spring AI's portable options, from the names that providers use for them.
	private ChatOptions.Builder<?> options(@Nullable String model) {
		ChatOptions.Builder<?> options = ChatOptions.builder();
		if (model != null) {
			options.model(model);
		}
		set(PromptParameters::real, options::temperature, "temperature");
		set(PromptParameters::real, options::topP, "top_p", "topP");
		set(PromptParameters::real, options::frequencyPenalty, "frequency_penalty", "frequencyPenalty");
		set(PromptParameters::real, options::presencePenalty, "presence_penalty", "presencePenalty");
		set(PromptParameters::whole, options::topK, "top_k", "topK");
		set(PromptParameters::whole, options::maxTokens, "max_tokens", "max_output_tokens", "maxOutputTokens",
				"maxTokens", "max_tokens_to_sample");
		set(PromptParameters::texts, options::stopSequences, "stop", "stop_sequences", "stopSequences");
		return options;
	}

	private <T> void set(Function<Object, @Nullable T> type, Consumer<T> setter, String... names) {
		for (String name : names) {
			Object given = this.parameters.get(name);
			T value = (given != null) ? type.apply(given) : null;
			if (value != null) {
				setter.accept(value);
				this.parameters.remove(name);
				return;
			}
		}
	}

	private static @Nullable Double real(Object value) {
		return (value instanceof Number number) ? number.doubleValue() : null;
	}

	private static @Nullable Integer whole(Object value) {
		return (value instanceof Number number) ? number.intValue() : null;
	}

	private static @Nullable List<String> texts(Object value) {
		if (value instanceof String text) {
			return List.of(text);
		}
		return (value instanceof List<?> list) ? list.stream().map(String::valueOf).toList() : null;
	}

	@Override
	public ChatClientResponse adviseCall(ChatClientRequest request, CallAdvisorChain chain) {
		return chain.nextCall(apply(request));
	}

	@Override
	public Flux<ChatClientResponse> adviseStream(ChatClientRequest request, StreamAdvisorChain chain) {
		return chain.nextStream(apply(request));
	}

	private ChatClientRequest apply(ChatClientRequest request) {
		ChatOptions options = request.prompt().getOptions();
		List<String> left = new ArrayList<>(this.parameters.keySet());
		ChatOptions applied = (options != null) ? apply(options, left) : null;
		warn(left, (options != null) ? options.getClass() : ChatOptions.class);
		return (applied != null)
				? request.mutate().prompt(request.prompt().mutate().chatOptions(applied).build()).build() : request;
	}

	// Foreign option classes may throw anything, even in build(). The caller logs the
	// parameters that are left.
	private @Nullable ChatOptions apply(ChatOptions options, List<String> left) {
		boolean tools = options instanceof ToolCallingChatOptions with
				&& !CollectionUtils.isEmpty(with.getToolCallbacks());
		try {
			ChatOptions.Builder<?> builder = options.mutate();
			List<String> set = new ArrayList<>();
			this.parameters.forEach((name, value) -> {
				if (set(builder, property(name), value, tools)) {
					set.add(name);
				}
			});
			ChatOptions applied = builder.build();
			left.removeAll(set);
			return applied;
		}
		catch (Throwable ex) {
			return null;
		}
	}

	private boolean set(ChatOptions.Builder<?> builder, String property, Object value, boolean tools) {
		if (!SETTABLE.contains(property) || (OF_TOOLS.contains(property) && !tools)) {
			return false;
		}
		for (Method method : builder.getClass().getMethods()) {
			if (method.getName().equals(property) && method.getParameterCount() == 1
					&& set(builder, method, value(property, value))) {
				return true;
			}
		}
		if (property.equals("maxCompletionTokens") && whole(value) != null) {
			builder.maxTokens(whole(value));
			return true;
		}
		return false;
	}

	private boolean set(ChatOptions.Builder<?> builder, Method method, Object value) {
		Class<?> type = method.getParameterTypes()[0];
		if (!BeanUtils.isSimpleValueType(type) && !type.isInstance(value)
				&& !ClassUtils.getPackageName(type).startsWith("org.springframework.ai.")) {
			return false;
		}
		try {
			Object converted = this.mapper.convertValue(value,
					this.mapper.constructType(method.getGenericParameterTypes()[0]));
			ReflectionUtils.makeAccessible(method);
			ReflectionUtils.invokeMethod(method, builder, converted);
			return true;
		}
		catch (Throwable ex) {
			// A foreign setter may throw anything.
			return false;
		}
	}

	// Spring AI takes the schema and the tool choice as JSON texts.
	private Object value(String property, Object value) {
		if (property.equals("toolChoice") && value instanceof Map<?, ?>) {
			return this.mapper.writeValueAsString(value);
		}
		if (property.equals("responseFormat") && value instanceof Map<?, ?> format
				&& format.get("json_schema") instanceof Map<?, ?> schema) {
			Map<Object, @Nullable Object> flat = new LinkedHashMap<>(format);
			flat.put("jsonSchema", this.mapper.writeValueAsString(schema.get("schema")));
			flat.put("strict", schema.get("strict"));
			return flat;
		}
		return value;
	}

	private static String property(String name) {
		StringBuilder property = new StringBuilder();
		for (int i = 0; i < name.length(); i++) {
			boolean first = i > 0 && name.charAt(i - 1) == '_';
			if (name.charAt(i) != '_') {
				property.append(first ? Character.toUpperCase(name.charAt(i)) : name.charAt(i));
			}
		}
		return property.toString();
	}

	private void warn(List<String> left, Class<?> options) {
		if (!left.isEmpty() && this.warned.addAll(left)) {
			logger.warn("The prompt '" + this.slug + "' has parameters that are not applied, because the "
					+ options.getSimpleName() + " of the model cannot take them: "
					+ this.mapper.writeValueAsString(left)
					+ ". Set them by the options of the model, or remove them from the prompt.");
		}
	}

	@Override
	public String getName() {
		return "braintrust prompt";
	}

	// First, so that all other advisors see the final options.
	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

}
