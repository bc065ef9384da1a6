package dev.braintrust.spring.eval.remote;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import dev.braintrust.spring.eval.Eval;
import dev.braintrust.spring.eval.ProjectEvals;
import dev.braintrust.spring.eval.data.EvalCase;
import dev.braintrust.spring.eval.remote.RemoteEvalApplication.Kind;

/**
 * The time of 200 rows with a concurrency of 16, in code and through the endpoint. Both
 * send to a server on this machine.
 */
public final class RemoteEvalBenchmark {

	private static final int ROWS = 200;

	private static final int WARMUPS = 5;

	private static final int ROUNDS = 21;

	private RemoteEvalBenchmark() {
	}

	public static void main(String[] args) throws Exception {
		PrintStream out = System.out;
		for (Kind kind : Kind.values()) {
			for (int millis : new int[] { 0, 20 }) {
				try (RemoteEvalApplication application = new RemoteEvalApplication(kind, "test.concurrency=16")) {
					long[] inCode = new long[ROUNDS];
					long[] remote = new long[ROUNDS];
					for (int i = -WARMUPS; i < ROUNDS; i++) {
						long begin = System.nanoTime();
						inCode(application, millis);
						long middle = System.nanoTime();
						remote(application, millis);
						if (i >= 0) {
							inCode[i] = middle - begin;
							remote[i] = System.nanoTime() - middle;
						}
					}
					out.printf("%s, task of %d ms: %.1f ms in code, %.1f ms through the endpoint%n", kind, millis,
							median(inCode), median(remote));
				}
			}
		}
	}

	private static void inCode(RemoteEvalApplication application, int millis) {
		ProjectEvals evals = application.evals("support");
		Eval<String, String, String> eval = application.sleeping();
		List<EvalCase<String, String>> cases = IntStream.range(0, ROWS)
			.mapToObj((i) -> EvalCase.of(String.valueOf(millis), String.valueOf(millis)))
			.toList();
		if (!evals.experiment("sleeping").cases(cases).eval(eval).maxConcurrency(16).run().sent()) {
			throw new IllegalStateException("It was not sent");
		}
	}

	private static void remote(RemoteEvalApplication application, int millis) throws Exception {
		String row = "{\"input\":\"" + millis + "\",\"expected\":\"" + millis + "\"}";
		int events = application.playground()
			.run("{\"name\":\"sleeping\",\"stream\":true,\"data\":{\"data\":[" + row + ("," + row).repeat(ROWS - 1)
					+ "]}}")
			.size();
		if (events != 2 * ROWS + 3) {
			throw new IllegalStateException("There were " + events + " events");
		}
	}

	private static double median(long[] nanos) {
		long[] sorted = nanos.clone();
		Arrays.sort(sorted);
		return sorted[sorted.length / 2] / 1_000_000.0;
	}

}
