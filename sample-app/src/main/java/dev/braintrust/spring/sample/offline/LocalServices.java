package dev.braintrust.spring.sample.offline;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;

/**
 * A model for an application of one's own on the same machine, without an account
 * anywhere. Prints the variables that lead to it; the console of the application shows
 * what it is asked.
 */
public final class LocalServices {

	private LocalServices() {
	}

	public static void main(String[] args) throws InterruptedException {
		PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
		try (ModelServer model = ModelServer.start()) {
			out.println("Set these in the terminal of the application (stop with Ctrl-C):\n");
			out.println("export OPENAI_BASE_URL=" + model.url());
			out.println("export OPENAI_API_KEY=offline");
			new CountDownLatch(1).await();
		}
	}

}
