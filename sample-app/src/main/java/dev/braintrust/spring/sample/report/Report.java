package dev.braintrust.spring.sample.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.braintrust.spring.sample.offline.CollectedSpan;
import dev.braintrust.spring.sample.offline.CollectedSpans;

import org.springframework.stereotype.Component;

/**
 * The span trees of each Braintrust project, and of the application's own telemetry.
 */
@Component
public class Report {

	private final CollectedSpans spans;

	Report(CollectedSpans spans) {
		this.spans = spans;
	}

	/**
	 * One section for each destination of spans, in the order of their first use.
	 */
	List<Section> sections() {
		Map<String, List<CollectedSpan>> byRoute = new LinkedHashMap<>();
		List<CollectedSpan> telemetry = new ArrayList<>();
		for (CollectedSpan span : inOrderOfStart(this.spans.all())) {
			String route = span.route();
			((route != null) ? byRoute.computeIfAbsent(route, (key) -> new ArrayList<>()) : telemetry).add(span);
		}
		List<Section> sections = new ArrayList<>();
		byRoute.forEach((route, spans) -> sections
			.add(Section.of("Braintrust project " + route.substring(route.indexOf(':') + 1), spans)));
		if (!this.spans.hasProjects()) {
			sections.add(Section.elsewhere("Braintrust"));
		}
		sections.add(this.spans.hasTelemetry() ? Section.of("The application's own telemetry", telemetry)
				: Section.elsewhere("The application's own telemetry"));
		return sections;
	}

	private static List<CollectedSpan> inOrderOfStart(List<CollectedSpan> spans) {
		return spans.stream().sorted(Comparator.comparingLong(CollectedSpan::startNanos)).toList();
	}

	/**
	 * The spans of one destination.
	 *
	 * @param title the destination
	 * @param note a remark about the section
	 * @param roots their trees
	 */
	record Section(String title, String note, List<SpanTree> roots) {

		static Section of(String title, List<CollectedSpan> spans) {
			long traces = spans.stream().map(CollectedSpan::traceId).distinct().count();
			return new Section(title, count(spans.size(), "span") + " in " + count(traces, "trace"),
					SpanTree.of(spans));
		}

		static Section elsewhere(String title) {
			return new Section(title, "These spans went elsewhere, so they cannot be shown here.", List.of());
		}

		private static String count(long number, String noun) {
			return number + " " + noun + ((number == 1) ? "" : "s");
		}

	}

}
