package dev.braintrust.spring;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * A reference to the Braintrust prompt that you rendered into a call. Attach it to one
 * call of a {@code ChatClient}:
 *
 * <pre>
 * chat.prompt(rendered).advisors((advisors) -&gt; advisors.param(BraintrustPrompt.PARAM, prompt)).call()
 * </pre>
 *
 * Each model call inside that call then records it as {@code metadata.prompt}. It is not
 * sent to the model.
 *
 * @param id the id of the prompt
 * @param projectId the id of the Braintrust project that has the prompt
 * @param version the version of the prompt
 * @param variables the variables that you rendered the prompt with, any JSON; a map or a
 * list is copied, its contents are not
 * @param promptSessionId the id of the playground session that the prompt comes from, or
 * {@code null}
 * @see <a href=
 * "https://github.com/braintrustdata/braintrust-spec/blob/main/skills/instrumentation-spec/references/instrumentation-guide.md#prompt-metadata">Braintrust's
 * instrumentation guide, "Prompt metadata"</a>
 */
public record BraintrustPrompt(String id, String projectId, String version, Object variables,
		@Nullable String promptSessionId) {

	/**
	 * The name of the advisor parameter that attaches a prompt to a call.
	 */
	public static final String PARAM = BraintrustPrompt.class.getName();

	public BraintrustPrompt {
		Assert.hasText(id, "'id' must not be empty");
		Assert.hasText(projectId, "'projectId' must not be empty");
		Assert.hasText(version, "'version' must not be empty");
		Assert.notNull(variables, "'variables' must not be null; a prompt without variables has an empty map");
		Assert.isTrue(promptSessionId == null || !promptSessionId.isBlank(),
				"'promptSessionId' must be null or not empty");
		variables = copy(variables);
	}

	/**
	 * Create a prompt that does not come from a playground session.
	 * @param id the id of the prompt
	 * @param projectId the id of the Braintrust project that has the prompt
	 * @param version the version of the prompt
	 * @param variables the variables that the prompt was rendered with, any JSON
	 */
	public BraintrustPrompt(String id, String projectId, String version, Object variables) {
		this(id, projectId, version, variables, null);
	}

	private static Object copy(Object variables) {
		if (variables instanceof Map<?, ?> map) {
			return Collections.unmodifiableMap(new LinkedHashMap<>(map));
		}
		return (variables instanceof List<?> list) ? Collections.unmodifiableList(new ArrayList<>(list)) : variables;
	}

	/**
	 * The prompt in the form that spans record as metadata: {@code {"id", "project_id",
	 * "version", "variables", "prompt_session_id"}}.
	 * @return the fields
	 */
	public Map<String, Object> toMetadata() {
		Map<String, Object> fields = new LinkedHashMap<>();
		fields.put("id", this.id);
		fields.put("project_id", this.projectId);
		fields.put("version", this.version);
		fields.put("variables", this.variables);
		if (this.promptSessionId != null) {
			fields.put("prompt_session_id", this.promptSessionId);
		}
		return Collections.unmodifiableMap(fields);
	}

}
