package dev.braintrust.spring.docs;

import java.util.Map;
import java.util.regex.Pattern;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.BraintrustPrompt;
import dev.braintrust.spring.ContentFilter;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.ProjectTracerProviderCustomizer;
import dev.braintrust.spring.jpa.TraceContextColumns;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.sdk.resources.Resource;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.boot.CommandLineRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.data.repository.CrudRepository;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * The Java code in {@code docs/usage.md}, {@code docs/isolation.md} and the README.
 */
class UsageExample {

	static class Configuration {

		@Bean
		@BraintrustProject("support")
		ChatClient supportChat(ChatClient.Builder builder) {
			return builder.defaultSystem("You are a kind support agent.").build();
		}

		@Bean
		CommandLineRunner ask(@BraintrustProject("support") ChatClient chat) {
			return (args) -> System.out.println(chat.prompt("Where is my order?").call().content());
		}

	}

	@Component
	static class BuildingAgent {

		private final ChatClient chat;

		BuildingAgent(@BraintrustProject("support") ChatClient.Builder builder) {
			this.chat = builder.defaultSystem("You are a kind support agent.").build();
		}

	}

	static class Sdk {

		@Bean
		@BraintrustProject("support")
		ProjectTracerProviderCustomizer region() {
			return (provider) -> provider
				.addResource(Resource.create(Attributes.of(AttributeKey.stringKey("region"), "eu")));
		}

	}

	// @formatter:off
	@Component
	class SupportAgent {

		SupportAgent(@BraintrustProject("support") ChatClient chat, // your client, see below
				@BraintrustProject("support") ProjectTracer tracer, // also as Tracer
				@BraintrustProject("support") TracerProvider provider,
				@BraintrustProject("support") OpenTelemetry openTelemetry, // for libraries
				BraintrustProjects projects) { // for keys known at run time
		}

	}
	// @formatter:on

	static class Spans {

		private final ProjectTracer tracer;

		private final ChatClient chat;

		private final Refunds refunds;

		Spans(ProjectTracer tracer, ChatClient chat, Refunds refunds) {
			this.tracer = tracer;
			this.chat = chat;
			this.refunds = refunds;
		}

		String triage(String question) {
			return this.tracer.taskSpan("triage").input(question).call((span) -> {
				String queue = this.chat.prompt("Which queue? " + question).call().content();
				span.metadata("tier", "gold").score("confidence", 0.9);
				return queue;
			});
		}

		void refund(Order order) throws RefundException {
			this.tracer.toolSpan("refund").run((span) -> this.refunds.issue(order));
		}

	}

	interface Refunds {

		void issue(Order order) throws RefundException;

	}

	record Order(String number) {
	}

	static class RefundException extends Exception {

	}

	@Entity
	class Conversation {

		@Id
		@GeneratedValue
		private Long id;

		@Embedded
		private TraceContextColumns trace = new TraceContextColumns();

		TraceContextColumns getTrace() {
			return this.trace;
		}

	}

	interface Conversations extends CrudRepository<Conversation, Long> {

	}

	static class Turns {

		private final ProjectTracer tracer;

		private final ChatClient chat;

		private final Conversations conversations;

		Turns(ProjectTracer tracer, ChatClient chat, Conversations conversations) {
			this.tracer = tracer;
			this.chat = chat;
			this.conversations = conversations;
		}

		@Transactional
		String answer(long conversationId, String message) {
			Conversation conversation = this.conversations.findById(conversationId).orElseThrow();
			return this.tracer.inTrace(conversation.getTrace(), "answer")
				.input(message)
				.call((span) -> this.chat.prompt(message).call().content());
		}

	}

	static class Boundary {

		private final ProjectTracer tracer;

		Boundary(ProjectTracer tracer) {
			this.tracer = tracer;
		}

		private void handle() {
		}

		void send(Map<String, String> headers) {
			this.tracer.propagator().inject(Context.current(), headers, Map::put);
		}

		void receive(Map<String, String> headers) {
			Context sender = this.tracer.propagator().extract(Context.root(), headers, new MapGetter());
			this.tracer.taskSpan("receive").setParent(sender).run((span) -> handle());
		}

		static class MapGetter implements TextMapGetter<Map<String, String>> {

			@Override
			public Iterable<String> keys(Map<String, String> carrier) {
				return carrier.keySet();
			}

			@Override
			public String get(Map<String, String> carrier, String key) {
				return carrier.get(key);
			}

		}

	}

	static class Filters {

		@Bean
		@BraintrustProject("support")
		ContentFilter mailAddresses() {
			Pattern address = Pattern.compile("[\\w.+-]+@[\\w-]+\\.[\\w.]+");
			return (text, field) -> address.matcher(text).replaceAll("***");
		}

	}

	static class Prompts {

		private final ChatClient chat;

		Prompts(ChatClient chat) {
			this.chat = chat;
		}

		String capital(String country) {
			BraintrustPrompt prompt = new BraintrustPrompt("prompt_123", "project_456", "1715895278123456",
					Map.of("country", country));
			return this.chat.prompt("What is the capital of " + country + "?")
				.advisors((advisors) -> advisors.param(BraintrustPrompt.PARAM, prompt))
				.call()
				.content();
		}

	}

}
