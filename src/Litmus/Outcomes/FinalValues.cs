using System.Globalization;
using Orleans.Mmu.Litmus.Machine;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Outcomes;

/// <summary>
/// What registers and locations hold at the end. Numbers are of the type that the test declares, a signed number of 32
/// bits where it declares none, as herd prints and compares them.
/// </summary>
internal sealed class FinalValues(LitmusTest test)
{
    public string Text(LitmusState state, LitmusObservable observable)
    {
        var value = Of(state, observable);
        return value.Kind switch
        {
            LitmusValueKind.Number when TypeOf(observable) == NumberType.Unsigned64 =>
                ((ulong)value.Bits).ToString(CultureInfo.InvariantCulture),
            LitmusValueKind.Code => LabelOf(value),
            _ => test.Names.Text(value),
        };
    }

    /// <summary>Whether an observable has a value, as numbers of its type.</summary>
    public bool Is(LitmusState state, LitmusObservable observable, LitmusValue value) =>
        Of(state, observable) == Typed(observable, value);

    /// <summary>Whether a register holds the address of a label.</summary>
    public bool IsLabel(LitmusState state, HasLabel has)
    {
        var value = Of(state, has.Observable);
        return value.Kind == LitmusValueKind.Code && value.CodeCpu == has.Cpu
            && LabelsOf(value).Contains(has.Label);
    }

    private LitmusValue Of(LitmusState state, LitmusObservable observable) => Typed(
        observable,
        observable.Kind switch
        {
            LitmusObservableKind.Register => state.Cpus[observable.Cpu].Registers[observable.Index],
            LitmusObservableKind.Memory => state.Memory[observable.Index * LitmusMemory.CellsOfPage],
            _ => LitmusValue.Descriptor(
                state.Memory.Descriptor(observable.Index, state.Memory.Newest(observable.Index))),
        });

    private LitmusValue Typed(LitmusObservable observable, LitmusValue value) =>
        value.Kind != LitmusValueKind.Number ? value : LitmusValue.Number(TypeOf(observable) switch
        {
            NumberType.Signed32 => (int)value.Bits,
            NumberType.Unsigned32 => (uint)value.Bits,
            NumberType.Signed64 or NumberType.Unsigned64 => value.Bits,
            var type => throw new InvalidOperationException($"{type} is no type of numbers"),
        });

    private NumberType TypeOf(LitmusObservable observable) => test.Types.GetValueOrDefault(observable);

    private string LabelOf(LitmusValue code) => LabelsOf(code) is [var label, ..]
        ? string.Create(CultureInfo.InvariantCulture, $"label:\"P{code.CodeCpu}:{label}\"") : test.Names.Text(code);

    private IReadOnlyList<string> LabelsOf(LitmusValue code) =>
        code.CodeIndex < test.Programs[code.CodeCpu].Length
            ? test.Programs[code.CodeCpu][code.CodeIndex].Labels : [];
}
