package dev.braintrust.spring.ai.chat;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.DefaultChatClient;
import org.springframework.ai.chat.client.DefaultChatClient.DefaultCallResponseSpec;
import org.springframework.ai.chat.client.DefaultChatClient.DefaultChatClientRequestSpec;
import org.springframework.ai.chat.client.DefaultChatClient.DefaultStreamResponseSpec;
import org.springframework.ai.chat.client.DefaultChatClientBuilder;
import org.springframework.ai.chat.client.advisor.ToolCallingAdvisor;
import org.springframework.ai.chat.client.advisor.api.BaseAdvisorChain;
import org.springframework.ai.chat.client.advisor.observation.AdvisorObservationConvention;
import org.springframework.ai.chat.client.observation.ChatClientObservationConvention;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.model.tool.ToolCallingManager;

/**
 * Reads fields of Spring AI's client objects that have no public getter. A traced request
 * is built from the parts of the original request, so that it behaves identically; Spring
 * AI offers no other access to these parts. This class only reads. If a version of Spring
 * AI has other fields, the first read fails with a {@link LinkageError} and the client
 * stays untraced.
 */
final class ClientState {

	private static final VarHandle CLIENT_DEFAULTS = field(DefaultChatClient.class, "defaultChatClientRequest",
			DefaultChatClientRequestSpec.class);

	private static final VarHandle BUILDER_DEFAULTS = field(DefaultChatClientBuilder.class, "defaultRequest",
			DefaultChatClientRequestSpec.class);

	private static final VarHandle CHAT_MODEL = requestField("chatModel", ChatModel.class);

	private static final VarHandle OPTIONS = requestField("optionsCustomizer", ChatOptions.Builder.class);

	private static final VarHandle OBSERVATION_REGISTRY = requestField("observationRegistry",
			ObservationRegistry.class);

	private static final VarHandle CLIENT_CONVENTION = requestField("chatClientObservationConvention",
			ChatClientObservationConvention.class);

	private static final VarHandle ADVISOR_CONVENTION = requestField("advisorObservationConvention",
			AdvisorObservationConvention.class);

	private static final VarHandle TOOL_ADVISOR = requestField("toolCallingAdvisorBuilder",
			ToolCallingAdvisor.Builder.class);

	private static final VarHandle TOOL_MANAGER = field(ToolCallingAdvisor.Builder.class, "toolCallingManager",
			ToolCallingManager.class);

	private static final VarHandle CALL_REQUEST = field(DefaultCallResponseSpec.class, "request",
			ChatClientRequest.class);

	private static final VarHandle CALL_CHAIN = field(DefaultCallResponseSpec.class, "advisorChain",
			BaseAdvisorChain.class);

	private static final VarHandle STREAM_REQUEST = field(DefaultStreamResponseSpec.class, "request",
			ChatClientRequest.class);

	private static final VarHandle STREAM_CHAIN = field(DefaultStreamResponseSpec.class, "advisorChain",
			BaseAdvisorChain.class);

	private ClientState() {
	}

	private static VarHandle requestField(String name, Class<?> type) {
		return field(DefaultChatClientRequestSpec.class, name, type);
	}

	private static VarHandle field(Class<?> owner, String name, Class<?> type) {
		try {
			return MethodHandles.privateLookupIn(owner, MethodHandles.lookup()).findVarHandle(owner, name, type);
		}
		catch (ReflectiveOperationException ex) {
			LinkageError error = new NoSuchFieldError(owner.getName() + "." + name);
			error.initCause(ex);
			throw error;
		}
	}

	static DefaultChatClientRequestSpec defaults(DefaultChatClient client) {
		return (DefaultChatClientRequestSpec) CLIENT_DEFAULTS.get(client);
	}

	static DefaultChatClientRequestSpec defaults(DefaultChatClientBuilder builder) {
		return (DefaultChatClientRequestSpec) BUILDER_DEFAULTS.get(builder);
	}

	static ChatModel chatModel(DefaultChatClientRequestSpec request) {
		return (ChatModel) CHAT_MODEL.get(request);
	}

	static ChatOptions.@Nullable Builder<?> options(DefaultChatClientRequestSpec request) {
		return (ChatOptions.Builder<?>) OPTIONS.get(request);
	}

	static ObservationRegistry observationRegistry(DefaultChatClientRequestSpec request) {
		return (ObservationRegistry) OBSERVATION_REGISTRY.get(request);
	}

	static ChatClientObservationConvention clientConvention(DefaultChatClientRequestSpec request) {
		return (ChatClientObservationConvention) CLIENT_CONVENTION.get(request);
	}

	static @Nullable AdvisorObservationConvention advisorConvention(DefaultChatClientRequestSpec request) {
		return (AdvisorObservationConvention) ADVISOR_CONVENTION.get(request);
	}

	static ToolCallingAdvisor.Builder<?> toolAdvisor(DefaultChatClientRequestSpec request) {
		return (ToolCallingAdvisor.Builder<?>) TOOL_ADVISOR.get(request);
	}

	static ToolCallingManager toolManager(ToolCallingAdvisor.Builder<?> builder) {
		return (ToolCallingManager) TOOL_MANAGER.get(builder);
	}

	static ChatClientRequest request(DefaultCallResponseSpec call) {
		return (ChatClientRequest) CALL_REQUEST.get(call);
	}

	static BaseAdvisorChain chain(DefaultCallResponseSpec call) {
		return (BaseAdvisorChain) CALL_CHAIN.get(call);
	}

	static ChatClientRequest request(DefaultStreamResponseSpec stream) {
		return (ChatClientRequest) STREAM_REQUEST.get(stream);
	}

	static BaseAdvisorChain chain(DefaultStreamResponseSpec stream) {
		return (BaseAdvisorChain) STREAM_CHAIN.get(stream);
	}

}
