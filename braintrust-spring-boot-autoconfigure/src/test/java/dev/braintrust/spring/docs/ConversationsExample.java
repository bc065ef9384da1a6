package dev.braintrust.spring.docs;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.stream.Collectors;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.jpa.TraceContextColumns;
import dev.braintrust.spring.reactor.ReactiveSpans;
import dev.braintrust.spring.web.ProjectContextExchangeFilter;
import dev.braintrust.spring.web.ProjectContextFilter;
import dev.braintrust.spring.web.ProjectContextInterceptor;
import dev.braintrust.spring.web.ProjectContextWebFilter;
import jakarta.persistence.AttributeOverride;
import jakarta.persistence.Column;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import jakarta.persistence.Version;
import reactor.core.publisher.Mono;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.context.annotation.Bean;
import org.springframework.data.repository.CrudRepository;
import org.springframework.http.HttpHeaders;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * The Java code in {@code docs/conversations.md}, except its stores and messages.
 */
class ConversationsExample {

	@Entity
	class Conversation {

		@Id
		@GeneratedValue
		private Long id;

		@Version
		private int version;

		@Embedded
		private TraceContextColumns trace = new TraceContextColumns();

		TraceContextColumns getTrace() {
			return this.trace;
		}

	}

	@Entity
	class Handover {

		@Id
		@GeneratedValue
		private Long id;

		// @formatter:off
		@Embedded
		@AttributeOverride(name = "traceparent",
				column = @Column(name = "support_traceparent", length = TraceContextColumns.TRACEPARENT_LENGTH))
		@AttributeOverride(name = "tracestate",
				column = @Column(name = "support_tracestate", length = TraceContextColumns.TRACESTATE_LENGTH))
		private TraceContextColumns support = new TraceContextColumns();
		// @formatter:on

	}

	record Row(Long id, TraceContextColumns trace) {
	}

	interface Conversations extends CrudRepository<Conversation, Long> {

		Row findRowById(Long id);

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
		String answer(long id, String message) {
			Conversation conversation = this.conversations.findById(id).orElseThrow();
			return this.tracer.inTrace(conversation.getTrace(), "answer")
				.input(message)
				.call((span) -> this.chat.prompt(message).call().content());
		}

		String answerWithoutColumns(long id, String message) {
			return this.tracer.inTrace("conversation " + id, "answer")
				.input(message)
				.call((span) -> this.chat.prompt(message).call().content());
		}

		String answerAtOnce(Conversation conversation, long id, String message) {
			return this.tracer.inTrace(conversation.getTrace(), "conversation " + id, "answer")
				.input(message)
				.call((span) -> this.chat.prompt(message).call().content());
		}

		String answerWithNumber(Conversation conversation, long id, int turn, String message) {
			return this.tracer.inTrace(conversation.getTrace(), "answer")
				.conversation("conversation " + id, turn)
				.call((span) -> this.chat.prompt(message).call().content());
		}

		Mono<String> answerLater(Conversation conversation, String message) {
			return ReactiveSpans.mono(() -> this.tracer.inTrace(conversation.getTrace(), "answer").input(message),
					(span) -> this.chat.prompt(message).stream().content().collect(Collectors.joining()));
		}

	}

	static class Services {

		@Bean
		RestClient billing(@BraintrustProject("support") ProjectTracer tracer) {
			return RestClient.builder()
				.baseUrl("https://billing.internal")
				.requestInterceptor(new ProjectContextInterceptor(tracer,
						(request) -> "billing.internal".equals(request.getURI().getHost())))
				.build();
		}

		@Bean
		WebClient shipping(@BraintrustProject("support") ProjectTracer tracer) {
			return WebClient.builder()
				.baseUrl("https://shipping.internal")
				.filter(new ProjectContextExchangeFilter(tracer,
						(request) -> "shipping.internal".equals(request.url().getHost())))
				.build();
		}

		@Bean
		ProjectContextFilter callers(@BraintrustProject("support") ProjectTracer tracer, ServiceToken token) {
			return new ProjectContextFilter(tracer, (request) -> request.getRequestURI().startsWith("/agents/")
					&& token.matches(request.getHeader(HttpHeaders.AUTHORIZATION)));
		}

		@Bean
		ProjectContextWebFilter reactiveCallers(@BraintrustProject("support") ProjectTracer tracer,
				ServiceToken token) {
			return new ProjectContextWebFilter(tracer,
					(exchange) -> exchange.getRequest().getPath().value().startsWith("/agents/")
							&& token.matches(exchange.getRequest().getHeaders().getFirst(HttpHeaders.AUTHORIZATION)));
		}

	}

	record ServiceToken(String value) {

		boolean matches(String authorization) {
			return authorization != null
					&& MessageDigest.isEqual(("Bearer " + this.value).getBytes(StandardCharsets.UTF_8),
							authorization.getBytes(StandardCharsets.UTF_8));
		}

	}

}
