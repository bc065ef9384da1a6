package dev.braintrust.spring.sample.offline;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;

/**
 * A model server for your own application on this machine, without any account. It prints
 * the variables to set; your application's console shows the requests.
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
