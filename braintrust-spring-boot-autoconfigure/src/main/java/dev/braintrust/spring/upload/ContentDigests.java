package dev.braintrust.spring.upload;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.WeakHashMap;

import dev.braintrust.spring.Attachment;
import dev.braintrust.spring.settings.Sha256;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StreamUtils;

/**
 * Identifies attachments by the SHA-256 of their bytes. An array is hashed once while it
 * lives. A sample of its bytes detects that it was filled with other bytes.
 */
final class ContentDigests {

	private static final int SAMPLES = 64;

	// Arrays are equal only if they are the same object.
	private final Map<byte[], Digest> known = new WeakHashMap<>();

	// Hash an attachment. This reads the whole attachment, up to a limit.
	Digest of(Attachment attachment, long limit) throws IOException {
		if (!(attachment.source() instanceof byte[] bytes)) {
			return read(attachment, limit);
		}
		Digest known = known(attachment);
		if (known == null) {
			MessageDigest digest = Sha256.digest();
			digest.update(bytes);
			known = new Digest(hex(digest), bytes.length, sample(bytes));
			keep(bytes, known);
		}
		return known;
	}

	// Return the digest of an array that was hashed before, or null.
	@Nullable Digest known(Attachment attachment) {
		if (!(attachment.source() instanceof byte[] bytes)) {
			return null;
		}
		Digest known = kept(bytes);
		return (known != null && known.sample() == sample(bytes)) ? known : null;
	}

	private synchronized @Nullable Digest kept(byte[] bytes) {
		return this.known.get(bytes);
	}

	private synchronized void keep(byte[] bytes, Digest known) {
		this.known.put(bytes, known);
	}

	private static int sample(byte[] bytes) {
		int sample = bytes.length;
		for (int i = 0; i < SAMPLES && bytes.length > 0; i++) {
			sample = 31 * sample + bytes[(int) ((long) (bytes.length - 1) * i / (SAMPLES - 1))];
		}
		return sample;
	}

	private static Digest read(Attachment attachment, long limit) throws IOException {
		MessageDigest digest = Sha256.digest();
		try (InputStream content = attachment.openStream()) {
			// Up to one byte more than the limit, to detect an attachment that is
			// too large.
			long size = StreamUtils.copyRange(content, new DigestOutputStream(OutputStream.nullOutputStream(), digest),
					0, Math.min(limit, Long.MAX_VALUE - 1));
			return new Digest(hex(digest), size, 0);
		}
	}

	private static String hex(MessageDigest digest) {
		return HexFormat.of().formatHex(digest.digest());
	}

	// The hash and size of an attachment, and a sample of an array.
	record Digest(String hash, long size, int sample) {
	}

}
