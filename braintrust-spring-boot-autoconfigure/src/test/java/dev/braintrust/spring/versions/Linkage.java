package dev.braintrust.spring.versions;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import dev.braintrust.spring.BraintrustProject;

import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.FieldVisitor;
import org.springframework.asm.Handle;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.SpringAsmInfo;
import org.springframework.asm.Type;

/**
 * Looks up all classes, methods and fields that the main classes refer to on a class
 * path, like the JVM's linker.
 */
final class Linkage {

	// Their methods accept any arguments.
	private static final Set<String> POLYMORPHIC = Set.of("java/lang/invoke/MethodHandle",
			"java/lang/invoke/VarHandle");

	private static final Known ABSENT = new Known(null, List.of(), Set.of());

	private final Map<String, Known> known = new HashMap<>();

	private final Set<String> problems = new TreeSet<>();

	private final URL[] classPath;

	Linkage(URL[] classPath) {
		this.classPath = classPath;
	}

	/**
	 * The unresolved references.
	 * @return the references that the class path does not resolve
	 */
	Set<String> problems() throws Exception {
		Path classes = Path.of(BraintrustProject.class.getProtectionDomain().getCodeSource().getLocation().toURI());
		try (URLClassLoader loader = new URLClassLoader(this.classPath, ClassLoader.getPlatformClassLoader());
				Stream<Path> files = Files.walk(classes)) {
			for (Path file : files.filter((path) -> path.toString().endsWith(".class")).toList()) {
				ClassReader reader = new ClassReader(Files.readAllBytes(file));
				reader.accept(new References(reader.getClassName(), loader), ClassReader.SKIP_DEBUG);
			}
		}
		return this.problems;
	}

	private Known known(String type, ClassLoader loader) {
		Known known = this.known.get(type);
		if (known == null) {
			known = read(type, loader);
			this.known.put(type, known);
		}
		return known;
	}

	private static Known read(String type, ClassLoader loader) {
		try (InputStream input = loader.getResourceAsStream(type + ".class")) {
			if (input == null) {
				return ABSENT;
			}
			ClassReader reader = new ClassReader(input);
			Set<String> members = new HashSet<>();
			reader.accept(new Members(members), ClassReader.SKIP_CODE);
			List<String> parents = new ArrayList<>(List.of(reader.getInterfaces()));
			if (reader.getSuperName() != null) {
				parents.add(reader.getSuperName());
			}
			return new Known(type, parents, members);
		}
		catch (IOException ex) {
			return ABSENT;
		}
	}

	private boolean has(String type, String member, ClassLoader loader) {
		Known known = known(type, loader);
		return known.members().contains(member)
				|| known.parents().stream().anyMatch((parent) -> has(parent, member, loader));
	}

	/**
	 * A class on the class path.
	 *
	 * @param name its name, {@code null} if it is absent
	 * @param parents its superclass and interfaces
	 * @param members its methods and fields, with their types
	 */
	private record Known(String name, List<String> parents, Set<String> members) {
	}

	/**
	 * Collects the members of a class.
	 */
	private static final class Members extends ClassVisitor {

		private final Set<String> members;

		Members(Set<String> members) {
			super(SpringAsmInfo.ASM_VERSION);
			this.members = members;
		}

		@Override
		public FieldVisitor visitField(int access, String name, String descriptor, String signature, Object value) {
			this.members.add(name + " " + descriptor);
			return null;
		}

		@Override
		public MethodVisitor visitMethod(int access, String name, String descriptor, String signature,
				String[] exceptions) {
			this.members.add(name + " " + descriptor);
			return null;
		}

	}

	/**
	 * Checks the references of one class of the starter.
	 */
	private final class References extends ClassVisitor {

		private final String from;

		private final ClassLoader loader;

		References(String from, ClassLoader loader) {
			super(SpringAsmInfo.ASM_VERSION);
			this.from = from;
			this.loader = loader;
		}

		private void type(Type type) {
			if (type.getSort() == Type.ARRAY) {
				type(type.getElementType());
			}
			else if (type.getSort() == Type.METHOD) {
				Stream.of(type.getArgumentTypes()).forEach(this::type);
				type(type.getReturnType());
			}
			else if (type.getSort() == Type.OBJECT && known(type.getInternalName(), this.loader) == ABSENT) {
				Linkage.this.problems.add(this.from + " > " + type.getInternalName());
			}
		}

		private void member(String owner, String name, String descriptor) {
			type(Type.getObjectType(owner));
			type(Type.getType(descriptor));
			// Arrays have a clone() method of their own.
			if (!owner.startsWith("[") && !POLYMORPHIC.contains(owner)
					&& !has(owner, name + " " + descriptor, this.loader)) {
				Linkage.this.problems.add(this.from + " > " + owner + "." + name + " " + descriptor);
			}
		}

		@Override
		public void visit(int version, int access, String name, String signature, String superName,
				String[] interfaces) {
			type(Type.getObjectType(superName));
			Stream.of(interfaces).map(Type::getObjectType).forEach(this::type);
		}

		@Override
		public FieldVisitor visitField(int access, String name, String descriptor, String signature, Object value) {
			type(Type.getType(descriptor));
			return null;
		}

		@Override
		public MethodVisitor visitMethod(int access, String name, String descriptor, String signature,
				String[] exceptions) {
			type(Type.getType(descriptor));
			return new MethodVisitor(SpringAsmInfo.ASM_VERSION) {

				@Override
				public void visitMethodInsn(int opcode, String owner, String name, String descriptor,
						boolean isInterface) {
					member(owner, name, descriptor);
				}

				@Override
				public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
					member(owner, name, descriptor);
				}

				@Override
				public void visitTypeInsn(int opcode, String type) {
					type(Type.getObjectType(type));
				}

				@Override
				public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap,
						Object... arguments) {
					for (Object argument : arguments) {
						if (argument instanceof Handle handle && handle.getTag() > Opcodes.H_PUTSTATIC) {
							member(handle.getOwner(), handle.getName(), handle.getDesc());
						}
					}
				}

			};
		}

	}

}
