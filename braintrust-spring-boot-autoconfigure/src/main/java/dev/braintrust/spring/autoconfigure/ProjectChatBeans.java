package dev.braintrust.spring.autoconfigure;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ai.chat.ChatClientInstrumentation;
import dev.braintrust.spring.settings.InvalidBraintrustPropertyException;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.DefaultChatClientBuilder;
import org.springframework.beans.BeansException;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.ObjectProvider;

/**
 * The factory method of each project's {@link ChatClient.Builder}: the application's
 * builder, usually Spring AI's, traced into the project.
 */
final class ProjectChatBeans {

	private ProjectChatBeans() {
	}

	// Null if the application has no builder or nothing traces it. An exception would
	// break lookups of all beans of the type; for an injection point the failure analyzer
	// explains the null bean.
	static ChatClient.@Nullable Builder chatClientBuilder(BraintrustProjects projects, String key,
			ObjectProvider<ChatClient.Builder> builders, ObjectProvider<ChatClientInstrumentation> instrumentation) {
		ChatClient.Builder builder;
		try {
			builder = builders.getIfAvailable();
		}
		catch (BeansException ex) {
			throw unavailable(key, reason(ex));
		}
		if (builder == null || instrumentation.getIfAvailable() == null) {
			return null;
		}
		// A builder of another class may be a singleton that all projects share, so
		// clone it.
		return projects.instrument(key, (builder instanceof DefaultChatClientBuilder) ? builder : builder.clone());
	}

	private static String reason(BeansException failure) {
		Throwable cause = failure;
		while (cause.getCause() != null && !(cause instanceof NoUniqueBeanDefinitionException)) {
			cause = cause.getCause();
		}
		return (cause instanceof NoUniqueBeanDefinitionException several && several.getBeanNamesFound() != null
				&& several.getBeanType() != null)
						? "the application has several beans of the type " + several.getBeanType().getSimpleName()
								+ ": " + String.join(", ", several.getBeanNamesFound())
						: "Spring AI's own builder cannot be created: " + cause.getMessage();
	}

	private static InvalidBraintrustPropertyException unavailable(String key, String reason) {
		return new InvalidBraintrustPropertyException("The ChatClient.Builder of the Braintrust project '" + key + "'",
				"braintrust.projects." + key, "cannot be created, because " + reason,
				"Declare a builder for the project, with the model of your choice: '@Bean @Scope(\"prototype\") "
						+ "@BraintrustProject(\"" + key
						+ "\") ChatClient.Builder builder(ChatModel model) { return ChatClient.builder(model); }'. "
						+ "Or let Spring AI make its own: mark one of several models with @Primary.");
	}

}
