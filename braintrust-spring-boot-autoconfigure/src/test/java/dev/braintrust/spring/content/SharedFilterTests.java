package dev.braintrust.spring.content;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.braintrust.spring.ContentFilter;
import dev.braintrust.spring.ContentFilter.Field;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of filters that several projects share.
 */
class SharedFilterTests {

	private final ExecutorService threads = Executors.newFixedThreadPool(4);

	@AfterEach
	void stop() {
		this.threads.shutdownNow();
	}

	@Test
	void filterThatIsNotSafeForThreadsMixesNoTextsOfProjects() throws Exception {
		JsonBuffers shared = new JsonBuffers();
		ContentFilter filter = new MatcherFilter();
		List<Callable<@Nullable Void>> projects = new ArrayList<>();
		for (int i = 0; i < 4; i++) {
			String project = "project-" + i;
			TextFilter texts = new TextFilter(List.of(shared.shared(filter)));
			projects.add(() -> {
				for (int n = 0; n < 20_000; n++) {
					String text = project + " secret " + n;
					assertThat(texts.apply(text, Field.INPUT)).isEqualTo(project + " *** " + n);
				}
				return null;
			});
		}
		for (Future<@Nullable Void> project : this.threads.invokeAll(projects)) {
			project.get();
		}
	}

	@Test
	@Timeout(60)
	void filterThatHangsForOneProjectHoldsUpNoOther() throws Exception {
		CountDownLatch called = new CountDownLatch(1);
		CountDownLatch released = new CountDownLatch(1);
		TextFilter.Shared shared = new TextFilter.Shared((text, field) -> {
			if (text.equals("hang")) {
				called.countDown();
				await(released);
			}
			return text;
		}, Duration.ofMillis(50));
		TextFilter texts = new TextFilter(List.of(shared));
		Future<String> hanging = this.threads.submit(() -> texts.apply("hang", Field.INPUT));
		called.await();
		for (int i = 0; i < 1000; i++) {
			assertThatExceptionOfType(TextFilter.DroppedFieldException.class)
				.isThrownBy(() -> texts.apply("other", Field.INPUT));
		}
		released.countDown();
		assertThat(hanging.get(1, TimeUnit.MINUTES)).isEqualTo("hang");
		assertThat(texts.apply("other", Field.INPUT)).isEqualTo("other");
	}

	@Test
	@Timeout(60)
	void projectThatFiltersWithoutAPauseGoesBehindOneThatWaits() throws Exception {
		for (int i = 0; i < 20; i++) {
			List<String> order = new CopyOnWriteArrayList<>();
			AtomicReference<Thread> waiting = new AtomicReference<>();
			CountDownLatch called = new CountDownLatch(1);
			TextFilter texts = new TextFilter(List.of(new TextFilter.Shared((text, field) -> {
				order.add(text);
				called.countDown();
				Thread thread = waiting.get();
				while (text.equals("busy") && (thread == null || thread.getState() != Thread.State.TIMED_WAITING)) {
					thread = waiting.get();
				}
				return text;
			})));
			Future<?> busy = this.threads.submit(() -> {
				texts.apply("busy", Field.INPUT);
				texts.apply("busy again", Field.INPUT);
			});
			called.await();
			Future<?> other = this.threads.submit(() -> {
				waiting.set(Thread.currentThread());
				texts.apply("other", Field.INPUT);
			});
			other.get(1, TimeUnit.MINUTES);
			busy.get(1, TimeUnit.MINUTES);
			assertThat(order).containsExactly("busy", "other", "busy again");
		}
	}

	@Test
	void filterThatThrowsAnythingDropsTheFieldAndGoesOn() {
		List<Throwable> failures = List.of(new java.io.IOException("sneaky"), new OutOfMemoryError("x"),
				new StackOverflowError(), new InternalError("x"), new Throwable("x"));
		for (Throwable failure : failures) {
			TextFilter texts = new TextFilter(List.of(new TextFilter.Shared((text, field) -> {
				if (text.equals("fail")) {
					SharedFilterTests.<RuntimeException>sneak(failure);
				}
				return text;
			})));
			assertThatExceptionOfType(TextFilter.DroppedFieldException.class)
				.isThrownBy(() -> texts.apply("fail", Field.INPUT));
			assertThat(texts.apply("fine", Field.INPUT)).isEqualTo("fine");
		}
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@SuppressWarnings("unchecked")
	private static <X extends Throwable> void sneak(Throwable failure) throws X {
		throw (X) failure;
	}

	/**
	 * A filter that reuses its matcher and so is not thread-safe.
	 */
	private static final class MatcherFilter implements ContentFilter {

		private final Matcher matcher = Pattern.compile("secret").matcher("");

		@Override
		public String filter(String text, Field field) {
			return this.matcher.reset(text).replaceAll("***");
		}

	}

}
