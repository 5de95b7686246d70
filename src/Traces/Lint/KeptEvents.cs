using System.Runtime.InteropServices;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// The first events of a trace, for a second judgement. Few kinds of events occur in one trace, so each event keeps its
/// numbers, and the rest once for all events that are alike.
/// </summary>
internal sealed class KeptEvents
{
    /// <summary>The number of events that are kept.</summary>
    public const int Most = 1 << 16;

    // A trace of so many events is probably one of many more.
    private const int LongTrace = 1 << 12;

    private readonly record struct Kept(ulong Id, ulong Address, ulong Value, long Line, int Form);

    private readonly record struct Form(
        CasemateEventKind Kind, int Cpu, ulong Size, bool Release, LintedDsb Dsb, CasemateHint Hint,
        CasemateRegister Register, LintedTlbi Tlbi, string? Source);

    private readonly List<Kept> _kept = [];
    private readonly List<Form> _forms = [];
    private readonly Dictionary<Form, int> _numbers = [];

    /// <summary>Whether no further event can be kept.</summary>
    public bool IsFull => _kept.Count == Most;

    /// <summary>The number of events.</summary>
    public int Count => _kept.Count;

    /// <summary>Keeps an event.</summary>
    /// <param name="source">The text of its src; null for none.</param>
    public void Add(in CasemateEvent happened, long line, string? source)
    {
        if (_kept.Count == LongTrace)
            _kept.Capacity = Most;
        var form = new Form(
            happened.Kind, happened.Cpu, happened.Size, happened.Release, happened.Dsb, happened.Hint,
            happened.Register, happened.Tlbi, source);
        ref int number = ref CollectionsMarshal.GetValueRefOrAddDefault(_numbers, form, out bool isKnown);
        if (!isKnown)
        {
            number = _forms.Count;
            _forms.Add(form);
        }

        _kept.Add(new(happened.Id, happened.Address, happened.Value, line, number));
    }

    /// <summary>An event, its line, and the text of its src.</summary>
    public (CasemateEvent Event, long Line, string? Source) this[int index]
    {
        get
        {
            var kept = _kept[index];
            var form = _forms[kept.Form];
            return (new()
            {
                Kind = form.Kind,
                Id = kept.Id,
                Cpu = form.Cpu,
                Address = kept.Address,
                Size = form.Size,
                Value = kept.Value,
                Release = form.Release,
                Dsb = form.Dsb,
                Hint = form.Hint,
                Register = form.Register,
                Tlbi = form.Tlbi,
            }, kept.Line, form.Source);
        }
    }
}
