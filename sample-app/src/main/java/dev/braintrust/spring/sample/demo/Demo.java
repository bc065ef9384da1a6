package dev.braintrust.spring.sample.demo;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.sample.desk.SupportDesk;
import dev.braintrust.spring.sample.offline.CollectedSpan;
import dev.braintrust.spring.sample.offline.CollectedSpans;
import dev.braintrust.spring.sample.report.TextReport;

import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.MessageType;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.ExitCodeGenerator;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Plays a conversation of three messages, prints its traces, and says whether they are as
 * expected. A copy of the application with {@code sample.demo=false} only runs jobs.
 */
@Component
@ConditionalOnBooleanProperty(name = "sample.demo", matchIfMissing = true)
class Demo implements ApplicationRunner, ExitCodeGenerator {

	private static final List<String> QUESTIONS = List.of("Where is my order 4711?",
			"Does the blue one charge over USB-C?", "Thanks! Please sum up what I should know.");

	private static final Map<String, String> PHOTOS = Map.of(QUESTIONS.get(1), "lamp.png");

	private static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(2);

	private static final Duration EXPORT_TIMEOUT = Duration.ofSeconds(20);

	// Not every default encoding has the characters of the trees.
	private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

	private final SupportDesk desk;

	private final FinishedJobs finishedJobs;

	private final BraintrustProjects projects;

	private final CollectedSpans spans;

	private final TextReport report;

	private final Environment environment;

	private boolean asExpected;

	Demo(SupportDesk desk, FinishedJobs finishedJobs, BraintrustProjects projects, CollectedSpans spans,
			TextReport report, Environment environment) {
		this.desk = desk;
		this.finishedJobs = finishedJobs;
		this.projects = projects;
		this.spans = spans;
		this.report = report;
		this.environment = environment;
	}

	@Override
	public void run(ApplicationArguments arguments) throws InterruptedException {
		long conversation = this.desk.open();
		for (String question : QUESTIONS) {
			String photo = PHOTOS.get(question);
			this.out.println("\nCustomer: " + question + ((photo != null) ? " [" + photo + "]" : ""));
			this.desk.receive(conversation, question, photo);
			this.out.println("Support:  " + awaitAnswer(conversation));
		}
		List<String> differences = awaitSpans(conversation);
		this.asExpected = differences.isEmpty();
		this.out.println(this.report.text());
		this.out.println(this.asExpected ? "All as expected." : "Not as expected: " + String.join("; ", differences));
		if (!this.environment.getProperty("sample.once", Boolean.class, false)) {
			this.out.println("The same in the console: http://localhost:%s/braintrust/ (stop with Ctrl-C)"
				.formatted(this.environment.getProperty("local.server.port")));
		}
	}

	@Override
	public int getExitCode() {
		return this.asExpected ? 0 : 1;
	}

	private String awaitAnswer(long conversation) throws InterruptedException {
		long deadline = System.nanoTime() + ANSWER_TIMEOUT.toNanos();
		while (System.nanoTime() < deadline) {
			List<Message> transcript = this.desk.transcript(conversation);
			Message last = transcript.get(transcript.size() - 1);
			if (last.getMessageType() == MessageType.ASSISTANT) {
				return last.getText();
			}
			this.finishedJobs.await();
		}
		throw new IllegalStateException("There was no answer within " + ANSWER_TIMEOUT.toSeconds() + " seconds");
	}

	private List<String> awaitSpans(long conversation) throws InterruptedException {
		if (!this.projects.flush(EXPORT_TIMEOUT)) {
			return List.of("Not all spans could be sent to Braintrust");
		}
		ExpectedSpans expected = new ExpectedSpans(conversation, QUESTIONS.size(), this.spans.hasProjects(),
				this.spans.hasTelemetry());
		this.spans.await((spans) -> differences(expected, spans).isEmpty(), EXPORT_TIMEOUT);
		return differences(expected, this.spans.all());
	}

	private List<String> differences(ExpectedSpans expected, List<CollectedSpan> spans) {
		return expected.differences(spans, this.spans.attachments());
	}

}
