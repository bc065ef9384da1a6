package dev.braintrust.spring.trace;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.BaggageEntry;
import org.jspecify.annotations.Nullable;

/**
 * Members of W3C {@code baggage} headers other than ours, each as it came: what others
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

	private static final String UNENCODED = "!#$&'()*-./:<>?@[]^_`{|}~";

	// Read a header: the members at its beginning that are within the limits.
	static BaggageMembers parse(@Nullable String header) {
		return parse(Collections.singleton(header));
	}

	// Read headers, which are within the limits together. A member that does not keep to
	// the grammar is left out, and takes none of the others with it.
	static BaggageMembers parse(Iterable<? extends @Nullable String> headers) {
		List<Member> members = new ArrayList<>();
		Budget budget = new Budget();
		for (String header : headers) {
			if (header != null && !parse(header, budget, members)) {
				break;
			}
		}
		return members.isEmpty() ? NONE : new BaggageMembers(members);
	}

	// A header may be of any length: what is behind the limit is not even looked at.
	private static boolean parse(String header, Budget budget, List<Member> members) {
		int start = 0;
		while (start <= header.length()) {
			int limit = (int) Math.min(header.length(), (long) start + MAX_BYTES + 1);
			int end = start;
			while (end < limit && header.charAt(end) != ',') {
				end++;
			}
			if (end - start > MAX_BYTES) {
				return false;
			}
			String member = trim(header, start, end);
			if (!member.isEmpty()) {
				if (!budget.takes(member)) {
					return false;
				}
				add(members, member);
			}
			start = end + 1;
		}
		return true;
	}

	private static String trim(String header, int start, int end) {
		int first = start;
		int last = end;
		while (first < last && BaggageGrammar.isSpace(header.charAt(first))) {
			first++;
		}
		while (last > first && BaggageGrammar.isSpace(header.charAt(last - 1))) {
			last--;
		}
		return header.substring(first, last);
	}

	private static void add(List<Member> members, String member) {
		if (BaggageGrammar.isMember(member)) {
			String key = trim(member, 0, member.indexOf('='));
			if (!key.equals(OURS)) {
				members.add(new Member(key, member));
			}
		}
	}

	// The members of OpenTelemetry's baggage.
	static BaggageMembers of(Baggage baggage) {
		if (baggage.isEmpty()) {
			return NONE;
		}
		List<Member> members = new ArrayList<>();
		baggage.forEach((key, entry) -> {
			if (BaggageGrammar.isToken(key)) {
				add(members, key + "=" + encode(entry.getValue()) + properties(entry));
			}
		});
		return new BaggageMembers(members);
	}

	private static String properties(BaggageEntry entry) {
		String properties = entry.getMetadata().getValue();
		return BaggageGrammar.areProperties(properties) ? ";" + properties : "";
	}

	// These members, and others whose keys are not among them.
	BaggageMembers and(BaggageMembers others) {
		if (this.members.isEmpty() || others.members.isEmpty()) {
			return this.members.isEmpty() ? others : this;
		}
		Set<String> keys = this.members.stream().map(Member::key).collect(Collectors.toSet());
		List<Member> all = new ArrayList<>(this.members);
		others.members.stream().filter((member) -> !keys.contains(member.key())).forEach(all::add);
		return new BaggageMembers(all);
	}

	// The header with our own member, which has its place before all others.
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
			if (BaggageGrammar.isAlphanumeric(octet) || UNENCODED.indexOf(octet) != -1) {
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
