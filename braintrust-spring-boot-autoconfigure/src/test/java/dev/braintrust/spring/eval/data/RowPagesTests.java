package dev.braintrust.spring.eval.data;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

import dev.braintrust.spring.api.ApiFailure;
import dev.braintrust.spring.api.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests of reading rows page by page.
 */
class RowPagesTests {

	private final List<String> asked = new ArrayList<>();

	private final Deque<String> answers = new ArrayDeque<>();

	private int most = Integer.MAX_VALUE;

	private List<String> inputs(String... answers) {
		this.answers.addAll(List.of(answers));
		List<String> inputs = new ArrayList<>();
		pages((row) -> true).forEachRemaining((row) -> inputs.add(row.path("input").asString()));
		return inputs;
	}

	private RowPages pages(Predicate<JsonNode> wanted) {
		return new RowPages(this::fetch, 500, wanted, IllegalStateException::new);
	}

	private RowPages.Page fetch(int limit, String cursor) {
		this.asked.add(limit + " " + cursor);
		if (limit > this.most) {
			throw new ApiFailure("The answer is too large",
					new Reply(200, "", new byte[0], null, new IOException("too large")));
		}
		return new RowPages.Page(JsonMapper.shared().readTree(this.answers.remove()), "rows");
	}

	@Test
	void pageWithoutACursorIsTheLast() {
		assertThat(inputs("{\"rows\":[{\"id\":\"1\",\"input\":\"a\"}],\"cursor\":\"x\"}",
				"{\"rows\":[{\"id\":\"2\",\"input\":\"b\"}]}"))
			.containsExactly("a", "b");
		assertThat(this.asked).containsExactly("500 null", "500 x");
	}

	@Test
	void rowWithoutAnIdIsAnErrorAndNotLost() {
		assertThatIllegalStateException().isThrownBy(() -> inputs("{\"rows\":[{\"input\":\"a\"}]}"))
			.withMessage("A row has no id.");
	}

	@Test
	void pageThatIsTooLargeIsAskedForInSmallerOnes() {
		this.most = 7;
		assertThat(inputs("{\"rows\":[{\"id\":\"1\",\"input\":\"a\"}],\"cursor\":\"x\"}", "{\"rows\":[]}"))
			.containsExactly("a");
		assertThat(this.asked).containsExactly("500 null", "62 null", "7 null", "7 x");
	}

	@Test
	void rowThatIsTooLargeIsAnError() {
		this.most = 0;
		assertThatExceptionOfType(ApiFailure.class).isThrownBy(() -> inputs())
			.withMessage("The answer is too large (status 200)");
		assertThat(this.asked).containsExactly("500 null", "62 null", "7 null", "1 null");
	}

	@Test
	void pagesOfManySpansThatNobodyWantsAreNoCircle() {
		for (int page = 0; page < 100; page++) {
			this.answers.add("{\"rows\":[{\"id\":\"span-" + page + "\"}],\"cursor\":\"" + page + "\"}");
		}
		this.answers.add("{\"rows\":[{\"id\":\"1\",\"input\":\"a\"}]}");
		assertThat(pages((row) -> row.has("input")).next().path("input").asString()).isEqualTo("a");
		assertThat(this.asked).hasSize(101);
	}

	@ParameterizedTest
	@ValueSource(strings = { "input", "other" })
	void pagesThatComeAgainForGoodAreAnErrorWhetherTheirRowsAreWantedOrNot(String wanted) {
		RowPages pages = pages((row) -> row.has(wanted));
		for (int page = 0; page < 100; page++) {
			this.answers.add("{\"rows\":[{\"id\":\"" + page % 2 + "\",\"input\":\"a\"}],\"cursor\":\"" + page + "\"}");
		}
		assertThatIllegalStateException().isThrownBy(() -> pages.forEachRemaining((row) -> {
		})).withMessage("The server answers the same pages again.");
		assertThat(this.asked).hasSize(22);
	}

	@Test
	void rowOfAnEarlierPageComesOnce() {
		assertThat(inputs("{\"rows\":[{\"id\":\"1\",\"input\":\"new\"}],\"cursor\":\"x\"}",
				"{\"rows\":[{\"id\":\"2\",\"input\":\"b\"},{\"id\":\"1\",\"input\":\"old\"}]}"))
			.containsExactly("new", "b");
	}

}
