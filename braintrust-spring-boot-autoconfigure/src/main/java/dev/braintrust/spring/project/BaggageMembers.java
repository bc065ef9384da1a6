package dev.braintrust.spring.project;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.BaggageEntry;
import org.jspecify.annotations.Nullable;

/**
 * Members of a W3C {@code baggage} header other than ours, each as it came: what others
 * have encoded is neither decoded nor encoded again. Such a header comes from strangers,
 * so no more of it is read than a header may have.
 *
 * @param members the members, in their order
 * @see <a href="https://www.w3.org/TR/baggage/#limits">W3C Baggage, "Limits"</a>
 */
record BaggageMembers(List<Member> members) {

	static final BaggageMembers NONE = new BaggageMembers(List.of());

	static final int MAX_MEMBERS = 64;

	static final int MAX_BYTES = 8192;

	private static final String OURS = "braintrust.parent";

	private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

	private static final String UNENCODED = "!#$&'()*-./:<>?@[]^_`{|}~";

	/**
	 * Read a header: the members at its beginning that are within the limits.
	 * @param header the header, if any
	 * @return its members
	 */
	static BaggageMembers parse(@Nullable String header) {
		if (header == null || header.isEmpty()) {
			return NONE;
		}
		List<Member> members = new ArrayList<>();
		Budget budget = new Budget();
		int start = 0;
		while (start <= header.length()) {
			int comma = header.indexOf(',', start);
			int end = (comma != -1) ? comma : header.length();
			if (end - start > MAX_BYTES) {
				break;
			}
			String member = header.substring(start, end).strip();
			if (!member.isEmpty()) {
				if (!budget.takes(member)) {
					break;
				}
				add(members, member);
			}
			start = end + 1;
		}
		return new BaggageMembers(members);
	}

	private static void add(List<Member> members, String member) {
		int equals = member.indexOf('=');
		String key = (equals > 0) ? member.substring(0, equals).strip() : "";
		// What has no key is no member, and a line break would be a header of its own.
		if (!key.isEmpty() && !key.equals(OURS) && member.chars().noneMatch(Character::isISOControl)) {
			members.add(new Member(key, member));
		}
	}

	/**
	 * The members of OpenTelemetry's baggage.
	 * @param baggage the baggage
	 * @return its members, encoded
	 */
	static BaggageMembers of(Baggage baggage) {
		if (baggage.isEmpty()) {
			return NONE;
		}
		List<Member> members = new ArrayList<>();
		baggage.forEach((key, entry) -> {
			if (key.chars().allMatch(BaggageMembers::isTokenChar)) {
				add(members, key + "=" + encode(entry.getValue()) + properties(entry));
			}
		});
		return new BaggageMembers(members);
	}

	private static boolean isTokenChar(int character) {
		return isAlphanumeric(character) || TOKEN_MARKS.indexOf(character) != -1;
	}

	private static boolean isAlphanumeric(int character) {
		return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z')
				|| (character >= '0' && character <= '9');
	}

	private static String properties(BaggageEntry entry) {
		String properties = entry.getMetadata().getValue();
		return (properties.isEmpty() || properties.indexOf(',') != -1) ? "" : ";" + properties;
	}

	/**
	 * These members, and others whose keys are not among them.
	 * @param others the others
	 * @return all of them
	 */
	BaggageMembers and(BaggageMembers others) {
		if (this.members.isEmpty() || others.members.isEmpty()) {
			return this.members.isEmpty() ? others : this;
		}
		Set<String> keys = this.members.stream().map(Member::key).collect(Collectors.toSet());
		List<Member> all = new ArrayList<>(this.members);
		others.members.stream().filter((member) -> !keys.contains(member.key())).forEach(all::add);
		return new BaggageMembers(all);
	}

	/**
	 * The header with our own member, which has its place before all others.
	 * @param parent where the spans of the project belong
	 * @return the header within its limits, empty where nothing fits
	 */
	String header(String parent) {
		List<String> header = new ArrayList<>();
		Budget budget = new Budget();
		String own = OURS + "=" + encode(parent);
		if (budget.takes(own)) {
			header.add(own);
		}
		else {
			budget = new Budget();
		}
		for (Member member : this.members) {
			if (!budget.takes(member.text())) {
				break;
			}
			header.add(member.text());
		}
		return String.join(",", header);
	}

	private static String encode(String value) {
		StringBuilder encoded = new StringBuilder(value.length() + 16);
		for (byte octet : value.getBytes(StandardCharsets.UTF_8)) {
			if (isAlphanumeric(octet) || UNENCODED.indexOf(octet) != -1) {
				encoded.append((char) octet);
			}
			else {
				encoded.append('%')
					.append(Character.toUpperCase(Character.forDigit((octet >> 4) & 0xF, 16)))
					.append(Character.toUpperCase(Character.forDigit(octet & 0xF, 16)));
			}
		}
		return encoded.toString();
	}

	/**
	 * A member of others.
	 *
	 * @param key its key
	 * @param text the whole member, as it came
	 */
	record Member(String key, String text) {
	}

	/**
	 * What a header may still hold.
	 */
	private static final class Budget {

		private int members = MAX_MEMBERS;

		// A comma less than there are members.
		private int bytes = MAX_BYTES + 1;

		boolean takes(String member) {
			this.members--;
			this.bytes -= 1
					+ ((member.length() <= MAX_BYTES) ? member.getBytes(StandardCharsets.UTF_8).length : MAX_BYTES + 1);
			return this.members >= 0 && this.bytes >= 0;
		}

	}

}
