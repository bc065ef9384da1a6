package dev.braintrust.spring.content.json;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Base64;

import dev.braintrust.spring.Attachment;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.io.JsonStringEncoder;

/**
 * Writes the bytes of an attachment as base64, in pieces.
 */
public final class Base64Text {

	// A multiple of three, so that the base64 of the pieces fits together, and small
	// enough for the processor's first-level cache.
	private static final int PIECE = 3 * 1024;

	private static final int ENCODED_PIECE = PIECE / 3 * 4;

	private Base64Text() {
	}

	public static void write(JsonGenerator json, String prefix, Attachment attachment) {
		char[] characters = new char[ENCODED_PIECE];
		write(json, prefix, attachment, (ascii, count) -> {
			for (int i = 0; i < count; i++) {
				characters[i] = (char) ascii[i];
			}
			json.writeRaw(characters, 0, count);
		});
	}

	// Write a string whose base64 bypasses the generator. Copying it as bytes is
	// much faster.
	public static void write(JsonGenerator json, String prefix, Attachment attachment, Target target) {
		char[] start = JsonStringEncoder.getInstance().quoteAsCharArray(prefix);
		json.writeRawValue("\"");
		json.writeRaw(start, 0, start.length);
		json.flush();
		Pieces pieces = new Pieces(target);
		if (attachment.source() instanceof byte[] bytes) {
			pieces.write(bytes);
		}
		else {
			pieces.write(attachment);
		}
		json.writeRaw('"');
	}

	/**
	 * Receives the base64.
	 */
	@FunctionalInterface
	public interface Target {

		void write(byte[] ascii, int count);

	}

	/**
	 * The buffers for one attachment.
	 */
	private static final class Pieces {

		private final Target target;

		private final byte[] plain = new byte[PIECE];

		private final byte[] encoded = new byte[ENCODED_PIECE];

		Pieces(Target target) {
			this.target = target;
		}

		void write(byte[] bytes) {
			for (int start = 0; start < bytes.length; start += PIECE) {
				int count = Math.min(PIECE, bytes.length - start);
				System.arraycopy(bytes, start, this.plain, 0, count);
				writePiece(count);
			}
		}

		void write(Attachment attachment) {
			try (InputStream content = attachment.openStream()) {
				for (int count = content.readNBytes(this.plain, 0, PIECE); count > 0; count = content
					.readNBytes(this.plain, 0, PIECE)) {
					writePiece(count);
				}
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		private void writePiece(int count) {
			byte[] piece = (count == PIECE) ? this.plain : Arrays.copyOf(this.plain, count);
			int length = Base64.getEncoder().encode(piece, this.encoded);
			this.target.write(this.encoded, length);
		}

	}

}
