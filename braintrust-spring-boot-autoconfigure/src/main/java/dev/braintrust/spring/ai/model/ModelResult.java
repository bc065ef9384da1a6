package dev.braintrust.spring.ai.model;

import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.ai.provider.ModelTokens;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.model.ModelOptions;
import org.springframework.ai.model.ModelRequest;
import org.springframework.util.StringUtils;

/**
 * The result of one execution, put together from one response or from the chunks of a
 * stream.
 */
abstract class ModelResult {

	private @Nullable String requestedModel;

	void requested(ModelRequest<?> request, @Nullable ModelOptions defaults) {
		String model = model(request.getOptions());
		this.requestedModel = StringUtils.hasText(model) ? model : model(defaults);
	}

	abstract @Nullable String model(@Nullable ModelOptions options);

	// Add what a method of the model returned, or a chunk of a stream.
	abstract boolean add(Object response);

	void write(ProjectSpan span) {
		String model = StringUtils.hasText(answeredModel()) ? answeredModel() : this.requestedModel;
		if (StringUtils.hasText(model)) {
			span.metadata("model", model);
		}
		ModelTokens.write(span, usage());
		Object output = output();
		if (output != null) {
			span.output(output);
		}
	}

	@Nullable String answeredModel() {
		return null;
	}

	abstract @Nullable Object usage();

	abstract @Nullable Object output();

}
