package dev.braintrust.spring.jpa;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Map;
import java.util.function.Predicate;

import com.example.conversations.Conversation;
import org.hibernate.engine.spi.CompositeTracker;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.LauncherSessionListener;

import org.springframework.aot.generate.GeneratedFiles.Kind;
import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.beans.BeanUtils;
import org.springframework.beans.factory.aot.AotServices;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotProcessor;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.InputStreamSource;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.test.util.ReflectionTestUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests of {@link OwnerTracking} and of the classes that define it for Hibernate.
 */
class OwnerTrackingTests {

	private static final ClassLoader LOADER = OwnerTrackingTests.class.getClassLoader();

	@Test
	void columnsOfATestWithoutAContextTrackTheirOwners() {
		assertThat(new TraceContextColumns()).isInstanceOf(CompositeTracker.class);
	}

	@Test
	void enhancedEntityOfATestIsCreatedBeforeThereIsAContext() throws Exception {
		ClassLoader loader = new EnhancingClassLoader(LOADER);
		((LauncherSessionListener) create(loader, OwnerTrackingSessionListener.class)).launcherSessionOpened(null);
		assertThat(trace(create(loader, Conversation.class))).isInstanceOf(CompositeTracker.class);
	}

	@Test
	void columnsThatTrackNoOwnerFailInAnEnhancedEntity() {
		ClassLoader loader = new EnhancingClassLoader(LOADER);
		assertThatThrownBy(() -> create(loader, Conversation.class)).hasRootCauseInstanceOf(ClassCastException.class);
	}

	@Test
	@SuppressWarnings({ "rawtypes", "unchecked" })
	void contextsPrepareTheColumnsBeforeTheyLoadAnything() throws Exception {
		ClassLoader loader = new EnhancingClassLoader(LOADER);
		ApplicationContextInitializer initializer = SpringFactoriesLoader.forDefaultResourceLocation(loader)
			.load(ApplicationContextInitializer.class)
			.stream()
			.filter((candidate) -> candidate.getClass().getClassLoader() == loader)
			.findAny()
			.orElseThrow();
		initializer.initialize(new GenericApplicationContext());
		initializer.initialize(new GenericApplicationContext());
		assertThat(trace(create(loader, Conversation.class))).isInstanceOf(CompositeTracker.class);
	}

	@Test
	void columnsThatAreLoadedTooEarlyStayAsTheyAre() throws Exception {
		ClassLoader loader = new EnhancingClassLoader(LOADER);
		Object columns = create(loader, TraceContextColumns.class);
		((LauncherSessionListener) create(loader, OwnerTrackingSessionListener.class)).launcherSessionOpened(null);
		assertThat(columns).isNotInstanceOf(CompositeTracker.class);
		assertThat(create(loader, TraceContextColumns.class)).hasToString(columns.toString());
	}

	@Test
	void classGeneratedAheadOfTimeTakesThePlaceOfTheEmptyInterface() throws Exception {
		TestGenerationContext context = new TestGenerationContext();
		AotServices.factories()
			.load(BeanFactoryInitializationAotProcessor.class)
			.stream()
			.filter(OwnerTrackingAotProcessor.class::isInstance)
			.forEach((processor) -> processor.processAheadOfTime(new DefaultListableBeanFactory())
				.applyTo(context, null));
		Map<String, InputStreamSource> generated = context.getGeneratedFiles().getGeneratedFiles(Kind.CLASS);
		assertThat(generated).containsOnlyKeys("dev/braintrust/spring/jpa/OwnerTracking.class");
		ClassLoader loader = new EnhancingClassLoader(new ClassLoader(LOADER) {

			@Override
			public InputStream getResourceAsStream(String name) {
				ByteArrayResource source = (ByteArrayResource) generated.get(name);
				return (source != null) ? new ByteArrayInputStream(source.getByteArray())
						: super.getResourceAsStream(name);
			}

		});
		assertThat(trace(create(loader, Conversation.class))).isInstanceOf(CompositeTracker.class);
	}

	@Test
	void columnsLoadWithoutHibernateAndWithoutJpa() throws Exception {
		columnsLoadWithout((name) -> name.startsWith("org.hibernate."));
		columnsLoadWithout((name) -> name.startsWith("org.hibernate.") || name.startsWith("jakarta.persistence."));
	}

	private static void columnsLoadWithout(Predicate<String> missing) throws Exception {
		ClassLoader loader = new EnhancingClassLoader(new ClassLoader(LOADER) {

			@Override
			protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
				if (missing.test(name)) {
					throw new ClassNotFoundException(name);
				}
				return super.loadClass(name, resolve);
			}

		});
		((LauncherSessionListener) create(loader, OwnerTrackingSessionListener.class)).launcherSessionOpened(null);
		Object columns = create(loader, TraceContextColumns.class);
		ReflectionTestUtils.invokeMethod(columns, "store", "00-1-2-03", null);
		assertThat(columns).hasToString("TraceContextColumns[traceparent=00-1-2-03, tracestate=null]");
		assertThat(columns.getClass().getDeclaredMethods()).isNotEmpty();
		assertThat(columns.getClass().getDeclaredFields()).isNotEmpty();
	}

	private static Object create(ClassLoader loader, Class<?> type) throws Exception {
		return BeanUtils.instantiateClass(loader.loadClass(type.getName()));
	}

	private static Object trace(Object conversation) {
		return ReflectionTestUtils.invokeMethod(conversation, "getTrace");
	}

}
