package dev.braintrust.spring.ai.chat;

import java.lang.reflect.Proxy;
import java.security.CodeSource;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.client.ResponseEntity;
import org.springframework.ai.chat.client.advisor.api.Advisor;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.metadata.Usage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.StructuredOutputChatOptions;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.model.tool.ToolExecutionResult;
import org.springframework.ai.tool.ToolCallback;

/**
 * The content of an object that an application can read.
 */
public final class Content {

	private Content() {
	}

	/**
	 * The class name of an object. For a class of the starter, the first superclass
	 * outside the starter.
	 * @param object the object
	 * @return the name of the class
	 */
	static String kind(Object object) {
		Class<?> type = object.getClass();
		while (isStarter(type)) {
			type = type.getSuperclass();
		}
		if (type == Object.class || Proxy.isProxyClass(type)) {
			return "some " + Arrays.stream(object.getClass().getInterfaces())
				.filter((candidate) -> !isStarter(candidate))
				.map(Class::getSimpleName)
				.sorted()
				.collect(Collectors.joining(" and "));
		}
		String name = type.getName().substring(type.getName().lastIndexOf('.') + 1);
		return name.contains("$$Lambda") ? name.substring(0, name.indexOf("$$Lambda")) + "$$Lambda" : name;
	}

	private static boolean isStarter(Class<?> type) {
		CodeSource source = type.getProtectionDomain().getCodeSource();
		return type.getName().startsWith("dev.braintrust.spring.") && source != null
				&& !source.getLocation().getPath().endsWith("/test-classes/");
	}

	static String of(Object object, Transcript transcript) {
		if (object instanceof ChatClientRequest request) {
			return transcript.see(request.prompt()) + " in context " + transcript.see(request.context());
		}
		if (object instanceof ChatClientResponse response) {
			return transcript.see(response.chatResponse()) + " in context " + transcript.see(response.context());
		}
		if (object instanceof Prompt prompt) {
			return transcript.see(prompt.getInstructions()) + " with " + transcript.see(prompt.getOptions());
		}
		if (object instanceof Message message) {
			return message(message, transcript);
		}
		if (object instanceof ChatOptions options) {
			return options(options, transcript);
		}
		if (object instanceof ChatResponse response) {
			return transcript.see(response.getResults()) + usage(response.getMetadata().getUsage());
		}
		if (object instanceof Generation generation) {
			return transcript.see(generation.getOutput()) + " finished by "
					+ generation.getMetadata().getFinishReason();
		}
		if (object instanceof ResponseEntity<?, ?> answer) {
			return transcript.see(answer.response()) + " as " + transcript.see(answer.entity());
		}
		if (object instanceof ToolExecutionResult result) {
			return transcript.see(result.conversationHistory()) + " direct " + result.returnDirect();
		}
		return other(object, transcript);
	}

	private static String other(Object object, Transcript transcript) {
		if (object instanceof ToolContext context) {
			return transcript.see(context.getContext());
		}
		if (object instanceof ToolCallback tool) {
			return tool.getToolDefinition().name();
		}
		if (object instanceof Advisor advisor) {
			return advisor.getName() + " at " + advisor.getOrder();
		}
		if (object instanceof Throwable error) {
			return error.getMessage()
					+ ((error.getCause() != null) ? " because of " + transcript.see(error.getCause()) : "");
		}
		return (object instanceof Record) ? object.toString() : "";
	}

	private static String message(Message message, Transcript transcript) {
		StringBuilder content = new StringBuilder(message.getMessageType().getValue()).append(" '")
			.append(message.getText())
			.append("' ")
			.append(transcript.see(Map.copyOf(message.getMetadata())));
		if (message instanceof AssistantMessage assistant && assistant.hasToolCalls()) {
			content.append(" asks for ").append(assistant.getToolCalls());
		}
		if (message instanceof ToolResponseMessage tools) {
			content.append(" answers ").append(tools.getResponses());
		}
		if (message instanceof UserMessage user) {
			user.getMedia().forEach((media) -> content.append(" shows ").append(media.getMimeType()));
		}
		return content.toString();
	}

	private static String options(ChatOptions options, Transcript transcript) {
		StringBuilder content = new StringBuilder("model ").append(options.getModel())
			.append(", temperature ")
			.append(options.getTemperature())
			.append(", stop ")
			.append(options.getStopSequences());
		if (options instanceof ToolCallingChatOptions calling) {
			content.append(", tools ")
				.append(transcript.see(calling.getToolCallbacks()))
				.append(", context ")
				.append(transcript.see(calling.getToolContext()));
		}
		if (options instanceof StructuredOutputChatOptions structured) {
			content.append(", schema ").append(structured.getOutputSchema());
		}
		if (options instanceof TenantOptions own) {
			content.append(", tenant ").append(own.tenant());
		}
		return content.toString();
	}

	private static String usage(@Nullable Usage usage) {
		return (usage != null) ? " used " + usage.getPromptTokens() + "+" + usage.getCompletionTokens() : "";
	}

}
