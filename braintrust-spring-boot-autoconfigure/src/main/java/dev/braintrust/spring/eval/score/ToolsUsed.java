package dev.braintrust.spring.eval.score;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.springframework.util.Assert;

/**
 * Scores the share of the given tools that the task has used.
 *
 * @param tools the names of the tools
 */
record ToolsUsed(List<String> tools) implements Scorer<Object, Object, Object> {

	ToolsUsed {
		Assert.notEmpty(tools, "'names' must not be empty");
		Assert.isTrue(new HashSet<>(tools).size() == tools.size(), "'names' must differ");
	}

	@Override
	public String name() {
		return "toolsUsed";
	}

	@Override
	public List<Score> score(Scoring<?, ?, ?> it) {
		Set<String> used = new HashSet<>(it.trace().toolNames());
		List<String> missing = this.tools.stream().filter((tool) -> !used.contains(tool)).toList();
		Score score = Score.of((double) (this.tools.size() - missing.size()) / this.tools.size());
		return List.of(missing.isEmpty() ? score : score.because("Not used: " + String.join(", ", missing)));
	}

}
