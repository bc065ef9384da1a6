package dev.braintrust.spring.trace.w3c;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.opentelemetry.api.baggage.Baggage;
import org.jspecify.annotations.Nullable;

/**
 * The members of W3C {@code baggage} headers except our own, byte for byte.
 * OpenTelemetry's propagator decodes them, so it cannot pass them on unchanged. Headers
 * come from strangers: everything after the 8,192 bytes that a header may have is
 * ignored. A receiver may drop a whole header because of one member that breaks the
 * grammar, so such members are left out.
 *
 * @param members the members, in their order
 * @see <a href="https://www.w3.org/TR/baggage/">W3C Baggage</a>
 */
public record BaggageMembers(List<Member> members) {

	public static final BaggageMembers NONE = new BaggageMembers(List.of());

	public static final int MAX_MEMBERS = 64;

	static final int MAX_BYTES = 8192;

	private static final String OURS = "braintrust.parent";

	// The patterns never backtrack, so matching takes linear time. They match ASCII only,
	// so a match has one byte per character.
	private static final Pattern TOKEN = Pattern.compile("[ \\t]*+[!#$%&'*+\\-.^_`|~0-9A-Za-z]++[ \\t]*+");

	private static final Pattern VALUE = Pattern.compile("[ \\t]*+[!#-+\\--:<-\\[\\]-~]*+[ \\t]*+");

	private static final Pattern BAD_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})");

	// Read a header.
	public static BaggageMembers parse(@Nullable String header) {
		return parse(Collections.singleton(header));
	}

	// Read headers. The limits apply to all of them together.
	public static BaggageMembers parse(Iterable<? extends @Nullable String> headers) {
		Header read = new Header();
		for (String header : headers) {
			if (header != null) {
				whole(header).forEach(read::add);
			}
		}
		return read.members.isEmpty() ? NONE : new BaggageMembers(read.members);
	}

	// Return the value of our own member in headers.
	public static @Nullable String parent(Iterable<String> headers) {
		for (String header : headers) {
			for (String text : whole(header)) {
				int equals = text.indexOf('=');
				if (equals != -1 && text.substring(0, equals).trim().equals(OURS)) {
					return decode(text.substring(equals + 1).split(";", 2)[0].trim());
				}
			}
		}
		return null;
	}

	// Split a header at its commas. A member that ends beyond the limit is left out.
	private static List<String> whole(String header) {
		int length = header.length();
		if (length > MAX_BYTES) {
			length = Math.max(0, header.lastIndexOf(',', MAX_BYTES));
		}
		return List.of(header.substring(0, length).split(","));
	}

	// Convert the entries of OpenTelemetry's baggage.
	public static BaggageMembers of(Baggage baggage) {
		List<Member> members = new ArrayList<>();
		baggage.forEach((key, entry) -> {
			String text = key + "=" + encode(entry.getValue());
			Member member = Member.of(text + ";" + entry.getMetadata().getValue());
			member = (member != null) ? member : Member.of(text);
			if (member != null && member.key().equals(key)) {
				members.add(member);
			}
		});
		return members.isEmpty() ? NONE : new BaggageMembers(members);
	}

	// Return these members, followed by the others with new keys.
	public BaggageMembers and(BaggageMembers others) {
		if (this.members.isEmpty() || others.members.isEmpty()) {
			return this.members.isEmpty() ? others : this;
		}
		Set<String> keys = this.members.stream().map(Member::key).collect(Collectors.toSet());
		List<Member> all = new ArrayList<>(this.members);
		others.members.stream().filter((member) -> !keys.contains(member.key())).forEach(all::add);
		return new BaggageMembers(all);
	}

	// Return the header. Our own member comes first, so no limit drops it.
	public String header(String parent) {
		Header header = new Header();
		header.add(new Member(OURS, OURS + "=" + encode(parent)));
		this.members.forEach(header::add);
		return header.members.stream().map(Member::text).collect(Collectors.joining(","));
	}

	private static @Nullable String decode(String value) {
		return isValue(value) ? URLDecoder.decode(value, StandardCharsets.UTF_8) : null;
	}

	private static boolean isValue(String text) {
		return VALUE.matcher(text).matches() && !BAD_ESCAPE.matcher(text).find();
	}

	// This encodes more than it must. The colon in our own values stays readable.
	private static String encode(String value) {
		return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20").replace("%3A", ":");
	}

	public record Member(String key, String text) {

		// Read a member, or return null if it breaks the grammar or is ours.
		static @Nullable Member of(String text) {
			String[] parts = text.split(";", -1);
			for (int i = 0; i < parts.length; i++) {
				int equals = parts[i].indexOf('=');
				if ((equals == -1) ? (i == 0 || !isToken(parts[i]))
						: !(isToken(parts[i].substring(0, equals)) && isValue(parts[i].substring(equals + 1)))) {
					return null;
				}
			}
			String key = text.substring(0, text.indexOf('=')).trim();
			return key.equals(OURS) ? null : new Member(key, text.trim());
		}

		private static boolean isToken(String text) {
			return TOKEN.matcher(text).matches();
		}

	}

	/**
	 * A header that is being filled up to its limits.
	 */
	private static final class Header {

		private final List<Member> members = new ArrayList<>();

		// The length of the header. The first member has no comma before it.
		private int bytes = -1;

		private boolean full;

		void add(String text) {
			Member member = this.full ? null : Member.of(text);
			if (member != null) {
				add(member);
			}
		}

		// The first member that does not fit ends the header, unless it is our own.
		void add(Member member) {
			int with = this.bytes + 1 + member.text().length();
			if (!this.full && with <= MAX_BYTES && this.members.size() < MAX_MEMBERS) {
				this.bytes = with;
				this.members.add(member);
			}
			else if (!member.key().equals(OURS)) {
				this.full = true;
			}
		}

	}

}
