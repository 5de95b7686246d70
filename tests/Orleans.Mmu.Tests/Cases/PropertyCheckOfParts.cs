using System.Runtime.CompilerServices;
using CsCheck;

namespace Orleans.Mmu.Tests.Cases;

/// <summary>Properties of cases with several parts, whose checks name each part.</summary>
internal static partial class PropertyCheck
{
    public static void ForAll<T1, T2>(this Gen<(T1, T2)> gen,
        Action<T1, T2> check, long iter = 100, Func<(T1, T2), string>? print = null,
        [CallerFilePath] string file = "", [CallerMemberName] string method = "") =>
        gen.ForAll(t => check(t.Item1, t.Item2), iter, print, file, method);

    public static void ForAll<T1, T2>(this Gen<(T1, T2)> gen,
        Func<T1, T2, bool> holds, long iter = 100, Func<(T1, T2), string>? print = null,
        [CallerFilePath] string file = "", [CallerMemberName] string method = "") =>
        gen.ForAll(t => holds(t.Item1, t.Item2), iter, print, file, method);

    public static void ForAll<T1, T2, T3>(this Gen<(T1, T2, T3)> gen,
        Action<T1, T2, T3> check, long iter = 100, Func<(T1, T2, T3), string>? print = null,
        [CallerFilePath] string file = "", [CallerMemberName] string method = "") =>
        gen.ForAll(t => check(t.Item1, t.Item2, t.Item3), iter, print, file, method);

    public static void ForAll<T1, T2, T3>(this Gen<(T1, T2, T3)> gen,
        Func<T1, T2, T3, bool> holds, long iter = 100, Func<(T1, T2, T3), string>? print = null,
        [CallerFilePath] string file = "", [CallerMemberName] string method = "") =>
        gen.ForAll(t => holds(t.Item1, t.Item2, t.Item3), iter, print, file, method);

    public static void ForAll<T1, T2, T3, T4>(this Gen<(T1, T2, T3, T4)> gen,
        Action<T1, T2, T3, T4> check, long iter = 100, Func<(T1, T2, T3, T4), string>? print = null,
        [CallerFilePath] string file = "", [CallerMemberName] string method = "") =>
        gen.ForAll(t => check(t.Item1, t.Item2, t.Item3, t.Item4), iter, print, file, method);

    public static void ForAll<T1, T2, T3, T4>(this Gen<(T1, T2, T3, T4)> gen,
        Func<T1, T2, T3, T4, bool> holds, long iter = 100, Func<(T1, T2, T3, T4), string>? print = null,
        [CallerFilePath] string file = "", [CallerMemberName] string method = "") =>
        gen.ForAll(t => holds(t.Item1, t.Item2, t.Item3, t.Item4), iter, print, file, method);

    public static void ForAll<T1, T2, T3, T4, T5>(this Gen<(T1, T2, T3, T4, T5)> gen,
        Action<T1, T2, T3, T4, T5> check, long iter = 100, Func<(T1, T2, T3, T4, T5), string>? print = null,
        [CallerFilePath] string file = "", [CallerMemberName] string method = "") =>
        gen.ForAll(t => check(t.Item1, t.Item2, t.Item3, t.Item4, t.Item5), iter, print, file, method);

    public static void ForAll<T1, T2, T3, T4, T5>(this Gen<(T1, T2, T3, T4, T5)> gen,
        Func<T1, T2, T3, T4, T5, bool> holds, long iter = 100, Func<(T1, T2, T3, T4, T5), string>? print = null,
        [CallerFilePath] string file = "", [CallerMemberName] string method = "") =>
        gen.ForAll(t => holds(t.Item1, t.Item2, t.Item3, t.Item4, t.Item5), iter, print, file, method);

    public static void ForAll<T1, T2, T3, T4, T5, T6>(this Gen<(T1, T2, T3, T4, T5, T6)> gen,
        Action<T1, T2, T3, T4, T5, T6> check, long iter = 100, Func<(T1, T2, T3, T4, T5, T6), string>? print = null,
        [CallerFilePath] string file = "", [CallerMemberName] string method = "") =>
        gen.ForAll(t => check(t.Item1, t.Item2, t.Item3, t.Item4, t.Item5, t.Item6), iter, print, file, method);

    public static void ForAll<T1, T2, T3, T4, T5, T6>(this Gen<(T1, T2, T3, T4, T5, T6)> gen,
        Func<T1, T2, T3, T4, T5, T6, bool> holds, long iter = 100, Func<(T1, T2, T3, T4, T5, T6), string>? print = null,
        [CallerFilePath] string file = "", [CallerMemberName] string method = "") =>
        gen.ForAll(t => holds(t.Item1, t.Item2, t.Item3, t.Item4, t.Item5, t.Item6), iter, print, file, method);

    public static void ForAll<T1, T2, T3, T4, T5, T6, T7>(this Gen<(T1, T2, T3, T4, T5, T6, T7)> gen,
        Action<T1, T2, T3, T4, T5, T6, T7> check,
        long iter = 100, Func<(T1, T2, T3, T4, T5, T6, T7), string>? print = null,
        [CallerFilePath] string file = "", [CallerMemberName] string method = "") =>
        gen.ForAll(t => check(t.Item1, t.Item2, t.Item3, t.Item4, t.Item5, t.Item6, t.Item7), iter, print, file,
            method);

    public static void ForAll<T1, T2, T3, T4, T5, T6, T7>(this Gen<(T1, T2, T3, T4, T5, T6, T7)> gen,
        Func<T1, T2, T3, T4, T5, T6, T7, bool> holds,
        long iter = 100, Func<(T1, T2, T3, T4, T5, T6, T7), string>? print = null,
        [CallerFilePath] string file = "", [CallerMemberName] string method = "") =>
        gen.ForAll(t => holds(t.Item1, t.Item2, t.Item3, t.Item4, t.Item5, t.Item6, t.Item7), iter, print, file,
            method);

    public static Task ForAllAsync<T1, T2, T3, T4, T5>(this Gen<(T1, T2, T3, T4, T5)> gen,
        Func<T1, T2, T3, T4, T5, Task> check, long iter = 100,
        [CallerFilePath] string file = "", [CallerMemberName] string method = "") =>
        gen.ForAllAsync(t => check(t.Item1, t.Item2, t.Item3, t.Item4, t.Item5), iter, file, method);
}
