package dev.braintrust.spring.sample.report;

import java.util.List;

import dev.braintrust.spring.sample.offline.CollectedSpan;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SpanTreeTests {

	@Test
	void putsSpansBelowTheirParentsInTheOrderOfTheirStart() {
		List<SpanTree> roots = SpanTree
			.of(List.of(span("a", "3", "1"), span("a", "4", "2"), span("a", "2", "1"), span("a", "1", "")));
		assertThat(roots).singleElement().satisfies((root) -> {
			assertThat(root.span().spanId()).isEqualTo("1");
			assertThat(root.children()).extracting((child) -> child.span().spanId()).containsExactly("2", "3");
			assertThat(root.spans().map(CollectedSpan::spanId)).containsExactly("1", "2", "4", "3");
		});
	}

	@Test
	void keepsTracesApartAndMakesARootOfASpanWhoseParentIsMissing() {
		List<SpanTree> roots = SpanTree.of(List.of(span("a", "1", ""), span("b", "2", "1"), span("a", "3", "9")));
		assertThat(roots).extracting((root) -> root.span().spanId()).containsExactly("1", "2", "3");
	}

	private static CollectedSpan span(String trace, String id, String parent) {
		return TestSpans.appSpan(trace, id, parent, "span");
	}

}
