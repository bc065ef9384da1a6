package dev.braintrust.spring.autoconfigure;

import java.util.List;
import java.util.function.Function;

import dev.braintrust.spring.ClientInstrumentation;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.ai.StandIn;
import dev.braintrust.spring.ai.chat.ChatModelInterceptor;
import dev.braintrust.spring.ai.chat.ChatTracing;
import dev.braintrust.spring.ai.model.ModelInterceptor;
import dev.braintrust.spring.ai.model.ModelKind;
import dev.braintrust.spring.ai.model.ModelTracing;
import dev.braintrust.spring.settings.ProjectSettings;
import org.aopalliance.intercept.MethodInterceptor;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.model.Model;
import org.springframework.ai.model.StreamingModel;

/**
 * Traces the models of Spring AI: chat models and those of embeddings, images and sound.
 */
public final class ModelInstrumentation implements ClientInstrumentation {

	private final Function<String, @Nullable ProjectSettings> settings;

	public ModelInstrumentation(Function<String, @Nullable ProjectSettings> settings) {
		this.settings = settings;
	}

	static boolean isModel(Object object) {
		return object instanceof Model<?, ?> || object instanceof StreamingModel<?, ?>;
	}

	// The interface that a model is traced by, if it is of a kind that can be.
	static @Nullable Class<?> type(Object model) {
		if (model instanceof ChatModel) {
			return ChatModel.class;
		}
		List<ModelKind> kinds = ModelKind.of(model);
		return kinds.isEmpty() ? null : kinds.get(0).type();
	}

	@Override
	public @Nullable Object instrument(Object client, String key, ProjectTracer tracer, @Nullable String name) {
		Object model = untraced(client);
		Class<?> type = isModel(model) ? type(model) : null;
		if (type == null) {
			return null;
		}
		if (isTracedBy(client, tracer)) {
			return client;
		}
		Object traced = tracer.isEnabled() ? trace(model, type, key, tracer, (name != null) ? name : key) : model;
		return (traced != null) ? traced : client;
	}

	private static boolean isTracedBy(Object client, ProjectTracer tracer) {
		ChatModelInterceptor chat = StandIn.interceptor(client, ChatModelInterceptor.class);
		ModelInterceptor other = StandIn.interceptor(client, ModelInterceptor.class);
		return (chat != null && chat.tracer() == tracer) || (other != null && other.tracer() == tracer);
	}

	// The model itself, if a project traces it.
	static Object untraced(Object model) {
		ChatModelInterceptor chat = StandIn.interceptor(model, ChatModelInterceptor.class);
		if (chat != null) {
			return chat.model();
		}
		ModelInterceptor other = StandIn.interceptor(model, ModelInterceptor.class);
		return (other != null) ? other.model() : model;
	}

	// Make what takes the place of a model, or return null if nothing can.
	@Nullable Object trace(Object model, @Nullable Class<?> declaredType, String key, ProjectTracer tracer, String name) {
		ProjectSettings settings = this.settings.apply(key);
		MethodInterceptor interceptor = (model instanceof ChatModel chatModel)
				? new ChatModelInterceptor(chatModel, ChatTracing.ofModel(name, tracer, settings))
				: new ModelInterceptor(model, ModelKind.of(model), new ModelTracing(name, tracer, settings));
		return StandIn.of(model, declaredType, interceptor);
	}

}
