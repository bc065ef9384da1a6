package dev.braintrust.spring.ai.chat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.autoconfigure.BraintrustChatAutoConfiguration;
import dev.braintrust.spring.test.RecordedSpans;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs an application twice, untraced and traced, and finds the first difference.
 */
final class Twins {

	private static final Duration END = Duration.ofMillis(50);

	private static final Duration PATIENCE = Duration.ofSeconds(1);

	private static final int ATTEMPTS = Integer.getInteger("twin.attempts", 3);

	private final BraintrustProjects projects;

	private final RecordedSpans spans;

	private Twins(BraintrustProjects projects, RecordedSpans spans) {
		this.projects = projects;
		this.spans = spans;
	}

	/**
	 * Run a comparison of twins.
	 * @param comparison the comparison
	 */
	static void with(Consumer<Twins> comparison) {
		RecordedSpans spans = new RecordedSpans();
		// Spring AI logs each failure, and the programs have many.
		LoggingSystem logging = LoggingSystem.get(Twins.class.getClassLoader());
		logging.setLogLevel("org.springframework.ai", LogLevel.OFF);
		try {
			new ApplicationContextRunner()
				.withConfiguration(
						AutoConfigurations.of(BraintrustAutoConfiguration.class, BraintrustChatAutoConfiguration.class))
				.withPropertyValues(Tracing.PROPERTIES)
				.withBean(RecordedSpans.class, () -> spans)
				.run((context) -> comparison.accept(new Twins(context.getBean(BraintrustProjects.class), spans)));
		}
		finally {
			logging.setLogLevel("org.springframework.ai", null);
		}
	}

	/**
	 * Assert that an application sees no difference when it is traced.
	 * @param tracing the way of tracing
	 * @param play the application and its use
	 */
	static void compare(Tracing tracing, Consumer<Application> play) {
		with((twins) -> assertThat(twins.difference(play, tracing)).isNull());
	}

	/**
	 * Find a difference of the traced twin that appears in every run. Two untraced runs
	 * may differ too, because Reactor continues on the faster thread.
	 * @return the first difference, or {@code null}
	 */
	@Nullable String difference(Consumer<Application> play, Tracing... tracings) {
		Transcript untraced = play(play, UnaryOperator.identity());
		for (Tracing tracing : tracings) {
			String difference = difference(play, untraced, (client) -> tracing.trace(this.projects, client),
					!tracing.isReading());
			this.spans.clear();
			if (difference != null) {
				return tracing + "\n" + difference;
			}
		}
		return null;
	}

	/**
	 * Find missing spans of a traced application: it needs one for each model call, and
	 * one for each tool call inside a run of the client.
	 * @param play the application and its use
	 * @param inside whether all tools run inside a run of the client
	 * @return the counts, or {@code null} if no span is missing
	 */
	@Nullable String missing(Consumer<Application> play, boolean inside) {
		List<String> lines = play(play, (client) -> Tracing.RECORDED.trace(this.projects, client)).lines();
		long calls = count(lines, "model is called .*|model streams.*");
		long refusals = count(lines, "model refuses") - count(lines, "model is called .*", "model refuses");
		long tools = (!inside) ? 0 : count(lines, "(tool .*|function|method) is called .*");
		this.spans.await(Duration.ofMinutes(1), () -> spans("llm") == calls + refusals && spans("tool") >= tools);
		String counted = "%d of %d calls of the model, %d of %d of tools".formatted(spans("llm"), calls + refusals,
				spans("tool"), tools);
		boolean complete = spans("llm") == calls + refusals && spans("tool") >= tools;
		this.spans.clear();
		return complete ? null : counted;
	}

	private long spans(String type) {
		return this.spans.of("recorded").stream().filter((span) -> span.type().equals(type)).count();
	}

	private static long count(List<String> lines, String pattern) {
		return lines.stream().filter((line) -> line.lines().findFirst().orElse("").matches(pattern)).count();
	}

	// How often the second line directly follows the first.
	private static long count(List<String> lines, String first, String second) {
		return IntStream.range(1, lines.size())
			.filter((i) -> lines.get(i).matches(second) && count(lines.subList(i - 1, i), first) > 0)
			.count();
	}

	/**
	 * Find a difference between two untraced runs that appears in every run.
	 * @return the first difference, or {@code null}
	 */
	static @Nullable String difference(Consumer<Application> play) {
		return difference(play, play(play, UnaryOperator.identity()), UnaryOperator.identity(), true);
	}

	private static @Nullable String difference(Consumer<Application> play, Transcript first,
			UnaryOperator<Object> tracing, boolean reads) {
		Transcript untraced = first;
		String difference = difference(untraced, play(play, tracing), reads);
		for (int i = 1; i < ATTEMPTS && difference != null; i++) {
			untraced = play(play, UnaryOperator.identity());
			difference = difference(untraced, play(play, tracing), reads);
		}
		return difference;
	}

	private static @Nullable String difference(Transcript untraced, Transcript traced, boolean reads) {
		await(traced, PATIENCE, (twin) -> twin.isLike(untraced) || twin.isUnlike(untraced));
		String difference = difference(untraced.lines(), traced.lines());
		return (difference == null && reads) ? difference(untraced.reads(), traced.reads()) : difference;
	}

	private static Transcript play(Consumer<Application> play, UnaryOperator<Object> tracing) {
		Application app = new Application(tracing);
		play.accept(app);
		await(app.transcript(), END, (twin) -> twin.observed().allStopped());
		return app.transcript();
	}

	private static void await(Transcript transcript, Duration patience, Predicate<Transcript> condition) {
		long end = System.nanoTime() + patience.toNanos();
		synchronized (transcript) {
			long left = patience.toMillis();
			while (left > 0 && !condition.test(transcript)) {
				try {
					transcript.wait(left);
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
					return;
				}
				left = Duration.ofNanos(end - System.nanoTime()).toMillis();
			}
		}
	}

	private static @Nullable String difference(List<String> expected, List<String> actual) {
		if (expected.equals(actual)) {
			return null;
		}
		int line = 0;
		while (line < Math.min(expected.size(), actual.size()) && expected.get(line).equals(actual.get(line))) {
			line++;
		}
		List<String> lines = new ArrayList<>(expected.subList(Math.max(0, line - 3), line));
		lines.add("untraced: " + ((line < expected.size()) ? expected.get(line) : "nothing more"));
		lines.add("traced:   " + ((line < actual.size()) ? actual.get(line) : "nothing more"));
		return String.join("\n", lines);
	}

}
