package dev.braintrust.spring.jpa;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

import org.hibernate.bytecode.enhance.spi.DefaultEnhancementContext;
import org.hibernate.bytecode.enhance.spi.Enhancer;
import org.hibernate.bytecode.internal.BytecodeProviderInitiator;

/**
 * Loads the test entities enhanced as by Hibernate's build plugin with its defaults
 * (dirty tracking and lazy loading inline), and a fresh copy of the classes of this
 * package. Library classes are not enhanced, because the plugin only enhances its own
 * module.
 */
class EnhancingClassLoader extends ClassLoader {

	private static final String ENTITIES = "com.example.conversations.";

	private final Enhancer enhancer = BytecodeProviderInitiator.buildDefaultBytecodeProvider()
		.getEnhancer(new DefaultEnhancementContext() {

			@Override
			public ClassLoader getLoadingClassLoader() {
				return getParent();
			}

		});

	EnhancingClassLoader(ClassLoader parent) {
		super(parent);
		for (String entity : List.of("Conversation", "Handover", "Ticket")) {
			this.enhancer.discoverTypes(ENTITIES + entity, bytes(ENTITIES + entity));
		}
	}

	@Override
	protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
		synchronized (getClassLoadingLock(name)) {
			Class<?> loaded = findLoadedClass(name);
			if (loaded != null || !isOwn(name)) {
				return (loaded != null) ? loaded : super.loadClass(name, resolve);
			}
			byte[] bytes = bytes(name);
			if (bytes == null) {
				throw new ClassNotFoundException(name);
			}
			byte[] enhanced = name.startsWith(ENTITIES) ? this.enhancer.enhance(name, bytes) : null;
			byte[] used = (enhanced != null) ? enhanced : bytes;
			return defineClass(name, used, 0, used.length);
		}
	}

	private boolean isOwn(String name) {
		return name.startsWith(ENTITIES) || name.startsWith(EnhancingClassLoader.class.getPackageName() + ".");
	}

	private byte[] bytes(String name) {
		try (InputStream stream = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
			return (stream != null) ? stream.readAllBytes() : null;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
