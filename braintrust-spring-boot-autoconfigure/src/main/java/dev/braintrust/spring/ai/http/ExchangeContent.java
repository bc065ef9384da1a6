package dev.braintrust.spring.ai.http;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;

import dev.braintrust.spring.ai.provider.Endpoint;
import dev.braintrust.spring.content.LaterSpan.LateContent;
import dev.braintrust.spring.content.SpanFields;
import io.opentelemetry.api.common.Attributes;
import tools.jackson.databind.JsonNode;

/**
 * The bodies of an exchange, which are parsed when its span is written. A body that is
 * not JSON is ignored.
 */
final class ExchangeContent implements LateContent {

	// The maximum number of bytes that are held for a body.
	private static final int LIMIT = 16 * 1024 * 1024;

	// A client holds its request both as objects and as bytes.
	private static final int REQUEST_COPIES = 3;

	private static final int ERROR = 400;

	private final Endpoint endpoint;

	private final String provider;

	private final RequestBody request;

	private final long requestLength;

	private final long startedAt = System.nanoTime();

	private final ByteLog answer = new ByteLog(LIMIT);

	private volatile int status;

	private volatile boolean stream;

	ExchangeContent(Endpoint endpoint, String provider, RequestBody request) {
		this.endpoint = endpoint;
		this.provider = provider;
		this.requestLength = request.length().getAsLong();
		this.request = (this.requestLength <= LIMIT) ? request : RequestBody.NONE;
	}

	void answered(int status, boolean stream) {
		this.status = status;
		this.stream = stream;
	}

	ByteLog answer() {
		return this.answer;
	}

	@Override
	public long size() {
		return REQUEST_COPIES * Math.max(0, this.request.length().getAsLong()) + this.answer.heldSize();
	}

	@Override
	public void fill(SpanFields fields) {
		fields.metadata("provider", this.provider);
		if (this.requestLength > LIMIT) {
			fields.input(note(this.requestLength));
		}
		this.endpoint.writeRequest(request(), fields);
		byte[] bytes = uncompressed(this.answer.bytes());
		if (this.status >= ERROR) {
			fail(fields, this.status + ": ", WireJson.read(bytes));
		}
		else if (this.stream) {
			readStream(fields, WireJson.events(bytes));
			if (this.answer.missed() > 0) {
				fields.metadata("truncated", "[not recorded: " + this.answer.missed() + " more bytes of the stream]");
			}
		}
		else if (this.answer.missed() > 0) {
			fields.output(note(bytes.length + this.answer.missed()));
		}
		else {
			this.endpoint.writeAnswer(WireJson.read(bytes), fields);
		}
	}

	private static String note(long size) {
		return "[not recorded: " + size + " bytes of JSON]";
	}

	private JsonNode request() {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream((int) Math.max(32, this.request.length().getAsLong()));
		try {
			this.request.content().writeTo(bytes);
		}
		catch (IOException | RuntimeException ex) {
			bytes.reset();
		}
		return WireJson.read(bytes.toByteArray());
	}

	private void readStream(SpanFields fields, List<WireJson.Event> events) {
		this.endpoint.writeAnswer(this.endpoint.join(events.stream().map(WireJson.Event::data).toList()), fields);
		for (WireJson.Event event : events) {
			if (this.endpoint.hasContent(event.data())) {
				long elapsed = this.answer.time(event.end()) - this.startedAt;
				fields.metric("time_to_first_token", elapsed / (double) TimeUnit.SECONDS.toNanos(1));
				break;
			}
		}
		for (WireJson.Event event : events) {
			if (event.data().path("error").isObject() || event.data().path("type").asString("").equals("error")
					|| event.data().at("/response/error").isObject()) {
				fail(fields, "", event.data());
			}
		}
	}

	private static void fail(SpanFields fields, String prefix, JsonNode answer) {
		String message = answer.at("/error/message")
			.asString(answer.at("/response/error/message")
				.asString(answer.path("message").asString(answer.path("error").asString(""))));
		fields.error(new ProviderException(prefix + message), 0, Attributes.empty());
	}

	// If the application handles compression itself, the bytes arrive compressed.
	private static byte[] uncompressed(byte[] bytes) {
		if (bytes.length < 2 || bytes[0] != (byte) 0x1f || bytes[1] != (byte) 0x8b) {
			return bytes;
		}
		ByteArrayOutputStream uncompressed = new ByteArrayOutputStream();
		byte[] piece = new byte[8192];
		try (GZIPInputStream input = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
			for (int read = input.read(piece); read >= 0 && uncompressed.size() < LIMIT; read = input.read(piece)) {
				uncompressed.write(piece, 0, read);
			}
		}
		catch (IOException ex) {
			// The answer was cut off. Keep the received part.
		}
		return uncompressed.toByteArray();
	}

}
