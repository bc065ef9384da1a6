package dev.braintrust.spring.sample.demo;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import dev.braintrust.spring.sample.offline.CollectedSpan;
import dev.braintrust.spring.sample.report.SpanTree;
import org.jspecify.annotations.Nullable;

/**
 * The expected spans of the demo: the conversation is one trace of the support project,
 * research has separate traces, the application's telemetry has a span for each job, and
 * no span is in more than one place.
 */
class ExpectedSpans {

	static final String SUPPORT = "project_name:Support Desk";

	static final String RESEARCH = "project_name:Product Research";

	private static final Pattern REFERENCE = Pattern
		.compile("\"type\":\"braintrust_attachment\"[^}]*\"key\":\"([^\"]+)\"");

	private final long conversation;

	private final int answers;

	private final boolean projects;

	private final boolean telemetry;

	/**
	 * Create the expectation.
	 * @param conversation the id of the conversation
	 * @param answers the number of answered messages
	 * @param projects whether Braintrust's spans are collected
	 * @param telemetry whether the application's own spans are collected
	 */
	ExpectedSpans(long conversation, int answers, boolean projects, boolean telemetry) {
		this.conversation = conversation;
		this.answers = answers;
		this.projects = projects;
		this.telemetry = telemetry;
	}

	/**
	 * Compare with the collected spans.
	 * @param all the spans of all destinations
	 * @param attachments the keys of the attachments that have arrived
	 * @return the differences in sentences, empty if there are no differences
	 */
	List<String> differences(List<CollectedSpan> all, Set<String> attachments) {
		List<CollectedSpan> support = select(all, (span) -> SUPPORT.equals(span.route()));
		List<CollectedSpan> research = select(all, (span) -> RESEARCH.equals(span.route()));
		List<CollectedSpan> telemetry = select(all, (span) -> span.route() == null);
		Differences differences = new Differences();
		if (this.projects) {
			compareConversation(support, differences);
			differences.unless(count(research, (span) -> hasType(span, "llm")) > 0, "Research has no model call");
			differences.unless(SpanTree.of(research).size() == traces(research).size(),
					"A trace of research has several roots");
			compareAttachments(support, attachments, differences);
			differences.unless(all.size() == support.size() + research.size() + telemetry.size(),
					"Spans arrived for another project than the two");
			differences.unless(count(all, (span) -> span.route() != null && !span.route().equals(parent(span))) == 0,
					"A span names another project than the one it was sent to");
		}
		if (this.telemetry) {
			long jobs = count(telemetry, (span) -> span.attribute("job.id").startsWith(this.conversation + "-"));
			differences.unless(jobs == this.answers, "The application's own telemetry has " + jobs + " jobs");
			differences.unless(count(telemetry, (span) -> parent(span) != null) == 0,
					"A span of Braintrust is in the application's own telemetry");
		}
		differences.unless(areDisjoint(traces(support), traces(research), traces(telemetry)),
				"A trace id is used on two sides");
		return differences.sentences();
	}

	private void compareConversation(List<CollectedSpan> support, Differences differences) {
		List<CollectedSpan> answers = select(support, (span) -> span.name().equals("answer")
				&& span.attribute("braintrust.metadata").contains("\"" + this.conversation + "-"));
		Set<String> traces = traces(answers);
		List<CollectedSpan> trace = select(support, (span) -> traces.contains(span.traceId()));
		int roots = SpanTree.of(trace).size();
		long calls = count(trace, (span) -> hasType(span, "llm"));
		differences.unless(answers.size() == this.answers, "The conversation has " + answers.size() + " answers");
		differences.unless(traces.size() == 1, "The conversation has " + traces.size() + " traces");
		differences.unless(roots == 1, "The conversation has " + roots + " roots");
		differences.unless(calls >= this.answers, "The conversation has " + calls + " model calls");
		differences.unless(count(trace, (span) -> hasType(span, "tool")) > 0, "The conversation has no tool call");
	}

	// The photo is in the input of two calls, but was uploaded once.
	private void compareAttachments(List<CollectedSpan> support, Set<String> attachments, Differences differences) {
		Set<String> references = support.stream()
			.flatMap((span) -> REFERENCE.matcher(span.attribute("braintrust.input_json")).results())
			.map((reference) -> reference.group(1))
			.collect(Collectors.toSet());
		differences.unless(references.size() == 1, "The conversation has " + references.size() + " attachments");
		differences.unless(attachments.containsAll(references), "An attachment of the conversation has not arrived");
	}

	private static List<CollectedSpan> select(List<CollectedSpan> spans, Predicate<CollectedSpan> condition) {
		return spans.stream().filter(condition).toList();
	}

	private static long count(List<CollectedSpan> spans, Predicate<CollectedSpan> condition) {
		return spans.stream().filter(condition).count();
	}

	private static boolean hasType(CollectedSpan span, String type) {
		return span.attribute("braintrust.span_attributes").contains("\"" + type + "\"");
	}

	private static @Nullable String parent(CollectedSpan span) {
		return span.attributes().get("braintrust.parent");
	}

	private static Set<String> traces(List<CollectedSpan> spans) {
		return spans.stream().map(CollectedSpan::traceId).collect(Collectors.toSet());
	}

	@SafeVarargs
	private static boolean areDisjoint(Set<String>... sets) {
		Set<String> seen = new HashSet<>();
		for (Set<String> set : sets) {
			for (String element : set) {
				if (!seen.add(element)) {
					return false;
				}
			}
		}
		return true;
	}

	/**
	 * Collects the differences.
	 */
	private static final class Differences {

		private final List<String> sentences = new ArrayList<>();

		void unless(boolean asExpected, String sentence) {
			if (!asExpected) {
				this.sentences.add(sentence);
			}
		}

		List<String> sentences() {
			return List.copyOf(this.sentences);
		}

	}

}
