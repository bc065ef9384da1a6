package dev.braintrust.spring.docs;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.braintrust.spring.ProjectTracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;

/**
 * The messages of {@code docs/conversations.md}.
 */
class MessagesExample {

	static class Kafka {

		private final ProjectTracer tracer;

		Kafka(ProjectTracer tracer) {
			this.tracer = tracer;
		}

		void send(ProducerRecord<String, String> message) {
			this.tracer.propagator().inject(Context.current(), message.headers(), (headers, name, value) -> {
				headers.remove(name);
				headers.add(name, value.getBytes(StandardCharsets.UTF_8));
			});
		}

		void receive(ConsumerRecord<String, String> message) {
			Context sender = this.tracer.propagator().extract(Context.root(), message.headers(), new KafkaHeaders());
			this.tracer.taskSpan("receive").setParent(sender).run((span) -> handle(message.value()));
		}

		void handle(String value) {
		}

	}

	static class KafkaHeaders implements TextMapGetter<Headers> {

		@Override
		public Iterable<String> keys(Headers headers) {
			List<String> names = new ArrayList<>();
			headers.forEach((header) -> names.add(header.key()));
			return names;
		}

		@Override
		public @Nullable String get(@Nullable Headers headers, String name) {
			Header header = (headers != null) ? headers.lastHeader(name) : null;
			return (header != null) ? new String(header.value(), StandardCharsets.UTF_8) : null;
		}

	}

	static class Rabbit {

		private final ProjectTracer tracer;

		Rabbit(ProjectTracer tracer) {
			this.tracer = tracer;
		}

		void send(Message message) {
			this.tracer.propagator()
				.inject(Context.current(), message.getMessageProperties(), MessageProperties::setHeader);
		}

		void receive(Message message) {
			Context sender = this.tracer.propagator()
				.extract(Context.root(), message.getMessageProperties(), new RabbitHeaders());
			this.tracer.taskSpan("receive").setParent(sender).run((span) -> handle(message.getBody()));
		}

		void handle(byte[] body) {
		}

	}

	static class RabbitHeaders implements TextMapGetter<MessageProperties> {

		@Override
		public Iterable<String> keys(MessageProperties properties) {
			return properties.getHeaders().keySet();
		}

		@Override
		public @Nullable String get(@Nullable MessageProperties properties, String name) {
			Object value = (properties != null) ? properties.getHeader(name) : null;
			return (value != null) ? value.toString() : null;
		}

	}

	static class Jobs {

		private final ProjectTracer tracer;

		Jobs(ProjectTracer tracer) {
			this.tracer = tracer;
		}

		Map<String, String> parameters() {
			Map<String, String> parameters = new HashMap<>();
			this.tracer.propagator().inject(Context.current(), parameters, Map::put);
			return parameters;
		}

	}

}
