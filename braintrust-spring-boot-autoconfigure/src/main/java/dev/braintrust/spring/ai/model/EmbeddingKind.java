package dev.braintrust.spring.ai.model;

import java.util.List;

import dev.braintrust.spring.ai.model.ModelTracing.RecordedContent;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingOptions;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.embedding.EmbeddingResponseMetadata;
import org.springframework.ai.model.ModelOptions;
import org.springframework.ai.model.ModelRequest;

/**
 * Traces embedding models. The guide leaves their input and output open and forbids
 * fields that it does not allow, so only the model, the provider and the tokens are
 * recorded.
 */
final class EmbeddingKind extends ModelKind {

	EmbeddingKind() {
		super(EmbeddingModel.class, "Embedding");
	}

	@Override
	@Nullable ModelRequest<?> request(String method, @Nullable Object[] arguments) {
		if (arguments.length > 0 && arguments[0] instanceof EmbeddingRequest request) {
			return request;
		}
		if (!method.startsWith("embed")) {
			return null;
		}
		boolean hasOptions = arguments.length > 1 && arguments[1] instanceof EmbeddingOptions;
		return new EmbeddingRequest(List.of(), hasOptions ? (EmbeddingOptions) arguments[1] : null);
	}

	@Override
	@Nullable Object input(ModelRequest<?> request, RecordedContent content) {
		return null;
	}

	@Override
	Result result(RecordedContent content) {
		return new EmbeddingResult();
	}

	private static final class EmbeddingResult extends Result {

		private @Nullable EmbeddingResponseMetadata metadata;

		@Override
		@Nullable String model(@Nullable ModelOptions options) {
			return (options instanceof EmbeddingOptions embedding) ? embedding.getModel() : null;
		}

		@Override
		boolean add(Object response) {
			if (response instanceof EmbeddingResponse embeddings) {
				this.metadata = embeddings.getMetadata();
			}
			return true;
		}

		@Override
		@Nullable String answeredModel() {
			return (this.metadata != null) ? this.metadata.getModel() : null;
		}

		@Override
		@Nullable Object usage() {
			return (this.metadata != null) ? this.metadata.getUsage() : null;
		}

	}

}
