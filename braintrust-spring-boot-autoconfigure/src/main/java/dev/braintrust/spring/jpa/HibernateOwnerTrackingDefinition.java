package dev.braintrust.spring.jpa;

import java.lang.invoke.MethodHandles;

import org.springframework.asm.ClassWriter;
import org.springframework.asm.Opcodes;
import org.springframework.core.NativeDetector;

/**
 * Defines {@link OwnerTracking} for an application with Hibernate. The name is free until
 * {@link TraceContextColumns} is loaded, so this runs before application classes: when a
 * context is prepared and when JUnit starts. Ahead-of-time processing generates the
 * class.
 */
final class HibernateOwnerTrackingDefinition {

	// Strings, since a class literal may load the interface.
	private static final String PACKAGE = "dev/braintrust/spring/jpa/";

	static final String INTERFACE = PACKAGE + "OwnerTracking";

	private static final String SUPERINTERFACE = PACKAGE + "HibernateOwnerTracking";

	private HibernateOwnerTrackingDefinition() {
	}

	static void define() {
		if (!NativeDetector.inNativeImage() && OwnerTrackingInitializer.hasHibernate()) {
			try {
				MethodHandles.lookup().defineClass(bytes());
			}
			catch (LinkageError | IllegalAccessException ex) {
				// The interface is loaded already, by an earlier call or because the
				// application used the columns first. They still work in entities that
				// are not enhanced.
			}
		}
	}

	static byte[] bytes() {
		ClassWriter writer = new ClassWriter(0);
		writer.visit(Opcodes.V17, Opcodes.ACC_INTERFACE | Opcodes.ACC_ABSTRACT, INTERFACE, null, "java/lang/Object",
				new String[] { SUPERINTERFACE });
		writer.visitEnd();
		return writer.toByteArray();
	}

}
